//! What a site may be for: the words by which a kind of business is known, what such a site says
//! when nobody says anything else, and the looks that suit it.

use super::art::Motif;
use super::copy;
use super::look::Family;
use super::palette::Hues;

/// Title, text and a note: a price, a time, a place. Each may be empty.
pub(super) type Entry = (&'static str, &'static str, &'static str);

/// Entries under a title.
pub(super) struct List {
    pub(super) title: &'static str,
    pub(super) entries: &'static [Entry],
}

/// A kind of business.
pub(in crate::demo) struct Trade {
    pub(super) key: &'static str,
    /// Words in lower case. One that ends in `*` stands for all that begin so.
    pub(super) words: &'static [&'static str],
    pub(super) eyebrow: &'static str,
    pub(super) headlines: [&'static str; 3],
    pub(super) lead: &'static str,
    /// What the first button says; it leads to the first section.
    pub(super) action: &'static str,
    pub(super) offer: List,
    pub(super) gallery: Option<List>,
    pub(super) about: (&'static str, &'static [&'static str]),
    pub(super) dates: Option<List>,
    pub(super) reasons: Option<List>,
    pub(super) hours: &'static [Entry],
    pub(super) questions: &'static [Entry],
    pub(super) contact: (&'static str, &'static str),
    pub(super) families: &'static [Family],
    pub(super) hues: &'static [Hues],
    pub(super) motif: Motif,
}

/// All of them; of two that fit equally well the first is taken, so the particular ones come first.
static ALL: [&Trade; 24] = [
    &copy::food::TEA,
    &copy::food::COFFEE,
    &copy::food::BAKERY,
    &copy::stage::FESTIVAL,
    &copy::food::BAR,
    &copy::food::RESTAURANT,
    &copy::shops::FLORIST,
    &copy::shops::BOOKS,
    &copy::practice::LAW,
    &copy::practice::FINANCE,
    &copy::practice::HEALTH,
    &copy::wellbeing::YOGA,
    &copy::wellbeing::SALON,
    &copy::wellbeing::FITNESS,
    &copy::people::TUTOR,
    &copy::people::PETS,
    &copy::stage::WEDDING,
    &copy::stage::BAND,
    &copy::visual::PHOTO,
    &copy::away::HOTEL,
    &copy::away::TRADES,
    &copy::visual::STUDIO,
    &copy::ventures::PRODUCT,
    &copy::ventures::CLUB,
];

/// What is taken when nothing else fits: first a shop, then anything.
static GENERAL: [&Trade; 3] = [
    &copy::shops::SHOP,
    &copy::people::PERSON,
    &copy::ventures::PLACE,
];

impl Trade {
    /// The one that these words speak of most.
    pub(in crate::demo) fn of(words: &str) -> &'static Self {
        let lower = words.to_lowercase();
        let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
        Self::among(&ALL, &words)
            .or_else(|| Self::among(&GENERAL, &words))
            .unwrap_or(&copy::ventures::PLACE)
    }

    fn among(trades: &[&'static Self], words: &[&str]) -> Option<&'static Self> {
        let scored = trades.iter().rev().map(|trade| {
            let score = words.iter().filter(|word| trade.is_meant_by(word)).count();
            (score, *trade)
        });
        // Of equals, `max_by_key` takes the last.
        let (score, trade) = scored.max_by_key(|(score, _)| *score)?;
        (score > 0).then_some(trade)
    }

    fn is_meant_by(&self, word: &str) -> bool {
        self.words
            .iter()
            .any(|known| match known.strip_suffix('*') {
                Some(beginning) => word.starts_with(beginning),
                None => word == *known || word.strip_suffix('s') == Some(known),
            })
    }

    /// The one of this key.
    pub(in crate::demo) fn named(key: &str) -> &'static Self {
        let all = ALL.iter().chain(&GENERAL);
        all.copied()
            .find(|trade| trade.key == key)
            .unwrap_or(&copy::ventures::PLACE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_a_trade() {
        for (words, key) in [
            ("Create a tea shop website", "tea"),
            ("a law firm in Leeds", "law"),
            ("The Lawn Rangers, gardeners", "trades"),
            ("a rock band called The Tides", "band"),
            ("maths tutor", "tutor"),
            (
                "weekend jazz festival with line-up, schedule and tickets",
                "festival",
            ),
            (
                "a bike light that charges itself, with a waiting list",
                "product",
            ),
            ("barbers", "salon"),
            ("a shop for hats", "shop"),
            ("a portfolio for a photographer", "photo"),
            ("steam and team", "place"),
            ("", "place"),
        ] {
            assert_eq!(Trade::of(words).key, key, "{words}");
        }
    }

    #[test]
    fn keys_are_unique_and_lead_back() {
        for trade in ALL.iter().chain(&GENERAL) {
            assert!(
                std::ptr::eq(Trade::named(trade.key), *trade),
                "{}",
                trade.key
            );
            assert!(!trade.families.is_empty() && !trade.hues.is_empty());
        }
    }
}
