//! Numbers of bytes.

/// A number of bytes in words.
#[must_use]
pub fn size(bytes: u64) -> String {
    const KIB: u64 = 1024;
    const MIB: u64 = KIB * KIB;
    match bytes {
        ..KIB => format!("{bytes} B"),
        KIB..MIB => format!("{} KiB", bytes.div_ceil(KIB)),
        _ => format!("{} MiB", bytes.div_ceil(MIB)),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_rounded_up() {
        for (bytes, text) in [
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_025, "2 KiB"),
            (1_048_576, "1 MiB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
