//! One part of a file, as players of sound and film ask for it (RFC 9110, section 14).

/// What a `Range` header asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Everything: there is no range, or none that we serve.
    All,
    /// The bytes from the first to the last, both included.
    Part {
        /// The first byte.
        first: u64,
        /// The last byte.
        last: u64,
    },
    /// Bytes that the file does not have.
    Nothing,
}

/// What `range` asks for of a file of `size` bytes. Several ranges at once, other units and nonsense
/// are ignored, as the standard allows.
#[must_use]
pub fn wanted(range: Option<&str>, size: u64) -> Wanted {
    let part = range.and_then(|range| range.strip_prefix("bytes="));
    let Some((first, last)) = part.and_then(|part| part.trim().split_once('-')) else {
        return Wanted::All;
    };
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first > last => Wanted::All,
        (Some(first), _) if last.is_empty() || number(last).is_some() => {
            if first >= size {
                return Wanted::Nothing;
            }
            Wanted::Part {
                first,
                last: number(last).unwrap_or(u64::MAX).min(size - 1),
            }
        }
        (None, Some(0)) if first.is_empty() => Wanted::Nothing,
        (None, Some(_)) if first.is_empty() && size == 0 => Wanted::Nothing,
        (None, Some(count)) if first.is_empty() => Wanted::Part {
            first: size.saturating_sub(count),
            last: size - 1,
        },
        _ => Wanted::All,
    }
}

/// Digits and nothing else; numbers beyond any file are as good as the largest.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ranges_as_the_standard_has_them() {
        let part = |first, last| Wanted::Part { first, last };
        for (range, size, expected) in [
            (None, 10, Wanted::All),
            (Some("bytes=0-"), 10, part(0, 9)),
            (Some("bytes=0-0"), 10, part(0, 0)),
            (Some("bytes=2-5"), 10, part(2, 5)),
            (Some("bytes=2-99999999999999999999"), 10, part(2, 9)),
            (Some("bytes=-3"), 10, part(7, 9)),
            (Some("bytes=-30"), 10, part(0, 9)),
            (Some("bytes=-0"), 10, Wanted::Nothing),
            (Some("bytes=10-"), 10, Wanted::Nothing),
            (Some("bytes=0-"), 0, Wanted::Nothing),
            (Some("bytes=-1"), 0, Wanted::Nothing),
            (Some("bytes=5-2"), 10, Wanted::All),
            (Some("bytes=0-1,3-4"), 10, Wanted::All),
            (Some("bytes=-"), 10, Wanted::All),
            (Some("bytes=a-b"), 10, Wanted::All),
            (Some("bytes=1-b"), 10, Wanted::All),
            (Some("lines=0-1"), 10, Wanted::All),
        ] {
            assert_eq!(wanted(range, size), expected, "{range:?} of {size}");
        }
    }

    proptest! {
        #[test]
        fn a_part_is_inside_the_file(range in "bytes=[0-9]{0,3}-[0-9]{0,3}|\\PC*", size in 0..200_u64) {
            if let Wanted::Part { first, last } = wanted(Some(&range), size) {
                prop_assert!(first <= last && last < size);
            }
        }
    }
}
