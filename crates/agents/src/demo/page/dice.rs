//! Choices that look free and are not: the same words always give the same ones.

/// A stream of choices that follows from words.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`; 0 if there are none.
    pub(super) const fn roll(&mut self, sides: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        if sides == 0 {
            0
        } else {
            (z % sides as u64) as usize
        }
    }

    /// One of these.
    pub(super) const fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        match of.len() {
            0 => None,
            sides => Some(of[self.roll(sides)]),
        }
    }
}

/// The number of some words: case, blanks and punctuation do not matter. FNV-1a.
pub(super) fn seed(words: &str) -> u64 {
    let letters = words.chars().filter(|letter| letter.is_alphanumeric());
    letters
        .flat_map(char::to_lowercase)
        .fold(0xcbf2_9ce4_8422_2325, |hash, letter| {
            (hash ^ u64::from(u32::from(letter))).wrapping_mul(0x0100_0000_01b3)
        })
}
