//! How fast bytes go.

/// The speed over the last few seconds.
#[derive(Clone, Debug, Default)]
pub struct Speed {
    /// When (in milliseconds) how many bytes had gone, the oldest first.
    samples: Vec<(i64, u64)>,
}

impl Speed {
    /// What is looked back on, in milliseconds.
    const WINDOW: i64 = 5_000;
    /// Less than this, in milliseconds, says nothing.
    const SHORTEST: i64 = 500;

    /// Notes that `bytes` have gone at `now`, and tells how many go in a second, once that can be
    /// told.
    pub fn note(&mut self, now: i64, bytes: u64) -> Option<u64> {
        self.samples.retain(|(at, _)| now - at <= Self::WINDOW);
        self.samples.push((now, bytes));
        let (since, before) = *self.samples.first()?;
        let time = now - since;
        if time < Self::SHORTEST {
            return None;
        }
        let gone = bytes.saturating_sub(before);
        Some(gone * 1_000 / time.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_needs_some_time() {
        let mut speed = Speed::default();
        assert_eq!(speed.note(0, 0), None);
        assert_eq!(speed.note(100, 1_000), None);
        assert_eq!(speed.note(1_000, 2_000), Some(2_000));
    }

    #[test]
    fn what_was_long_ago_does_not_count() {
        let mut speed = Speed::default();
        speed.note(0, 0);
        speed.note(10_000, 1_000_000);
        assert_eq!(speed.note(11_000, 1_000_500), Some(500));
    }
}
