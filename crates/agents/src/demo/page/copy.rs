//! What sites say when nobody says anything else. Facts in it (prices, hours, dates) are examples, and
//! the demo agent says so. They are tables with an entry a line, so rustfmt leaves them as they are.

#[rustfmt::skip]
pub(super) mod away;
#[rustfmt::skip]
pub(super) mod food;
#[rustfmt::skip]
pub(super) mod people;
#[rustfmt::skip]
pub(super) mod practice;
#[rustfmt::skip]
pub(super) mod shops;
#[rustfmt::skip]
pub(super) mod stage;
#[rustfmt::skip]
pub(super) mod ventures;
#[rustfmt::skip]
pub(super) mod visual;
#[rustfmt::skip]
pub(super) mod wellbeing;

use super::trade::Entry;

/// Opening hours of a shop.
pub(super) const SHOP_HOURS: &[Entry] = &[
    ("Monday", "", "closed"),
    ("Tuesday – Friday", "", "10:00 – 18:30"),
    ("Saturday", "", "9:30 – 17:00"),
    ("Sunday", "", "11:00 – 15:00"),
];
/// Opening hours of an office.
const OFFICE_HOURS: &[Entry] = &[
    ("Monday – Thursday", "", "9:00 – 17:30"),
    ("Friday", "", "9:00 – 15:00"),
    ("Evenings", "", "by arrangement"),
];
