//! Somewhere to stay, and somebody who comes to you.

use super::super::art::Motif;
use super::super::look::Family;
use super::super::palette::Hues;
use super::super::trade::{List, Trade};

pub(in super::super) static HOTEL: Trade = Trade {
    key: "hotel",
    words: &[
        "hotel", "guesthouse", "hostel", "inn", "cabin", "cottage", "holiday", "travel",
        "tour", "camp*", "farm", "bnb", "apartment", "mountain", "lodge", "vineyard",
    ],
    eyebrow: "Eight rooms, one view",
    headlines: [
        "Wake up somewhere quieter.",
        "The road ends here. Good.",
        "Stay until you have slept enough.",
    ],
    lead: "An old house above the lake, with thick walls, good beds and a breakfast that lasts as long as you do.",
    action: "See the rooms",
    offer: List {
        title: "Rooms",
        entries: &[
            ("The small one", "Under the roof, one window, all of the stars.", "95"),
            ("The garden room", "A door of your own, and apples if it is September.", "130"),
            ("The lake room", "The view that people come back for.", "165"),
            ("The corner", "Two rooms, a stove, enough for four.", "220"),
            ("The bathing hut", "No heating, no network. May to September.", "80"),
            ("Dinner", "Three courses, one table, when you tell us by noon.", "38"),
        ],
    },
    gallery: Some(List {
        title: "Around the house",
        entries: &[
            ("Morning, from the terrace", "", ""),
            ("The path to the water", "", ""),
            ("Snow, first day", "", ""),
        ],
    }),
    about: (
        "A house that has always had guests",
        &[
            "It was an inn for people who crossed the pass on foot. Some still do, and get the stove first.",
            "There is no television. There are forty board games, of which thirty-one are complete.",
        ],
    ),
    dates: None,
    reasons: None,
    hours: &[
        ("Arrive", "later, if you call", "15:00 – 20:00"),
        ("Breakfast", "", "8:00 – 11:00"),
        ("Leave", "", "by noon"),
    ],
    questions: &[
        ("How do we get there?", "By train and the yellow bus. We meet you at the stop with the cart.", ""),
        ("Are children welcome?", "Very. Under six they stay free, and choose the jam.", ""),
        ("Can we cancel?", "Until seven days before, without paying.", ""),
    ],
    contact: (
        "Ask for a room",
        "Tell us the nights and how many you are. We answer the same day.",
    ),
    families: &[Family::Press, Family::Calm, Family::Gallery],
    hues: &[
        Hues::new(215.0, 50.0, 85.0, 0.75),
        Hues::new(150.0, 45.0, 100.0, 0.75),
        Hues::new(185.0, 25.0, 90.0, 0.7),
    ],
    motif: Motif::Hills,
};

pub(in super::super) static TRADES: Trade = Trade {
    key: "trades",
    words: &[
        "plumb*", "electric*", "carpent*", "joiner*", "roof*", "builder", "construction",
        "garden*", "landscap*", "clean*", "repair", "mechanic", "garage", "locksmith",
        "lawn", "heating", "handyman", "furniture", "bike", "bicycle", "woodwork*",
        "removal", "moving",
    ],
    eyebrow: "On time. Tidy. Done.",
    headlines: [
        "Fixed properly, the first time.",
        "We turn up. It starts there.",
        "Good work, swept up after.",
    ],
    lead: "A small crew with its own tools and its own name on the van. You get a price before we start, and a call \
           when we are ten minutes away.",
    action: "What we do",
    offer: List {
        title: "What we do",
        entries: &[
            ("Small jobs", "The list on your fridge, in one morning.", "from 65"),
            ("Repairs", "We look first, and say whether it is worth it.", "45 an hour"),
            ("New work", "Planned on paper with you, built as planned.", "fixed price"),
            ("Once a year", "A look at everything, before winter does it.", "120"),
            ("Urgent", "Two hours, day or night, within the town.", "from 110"),
            ("Advice", "Fifteen minutes on the telephone.", "free"),
        ],
    },
    gallery: None,
    about: (
        "Trained here, staying here",
        &[
            "Four of us, and an apprentice who is better with the laser than we are. Most of our work comes from \
             neighbours of people we have worked for.",
            "We cover the floor, wear slippers, and take the rubbish with us.",
        ],
    ),
    dates: None,
    reasons: Some(List {
        title: "Three promises",
        entries: &[
            ("A price first", "In writing. If it takes longer, that is our problem.", ""),
            ("A day and an hour", "Not “some time between eight and five”.", ""),
            ("Five years", "If our work fails, we come back and pay for the coffee.", ""),
        ],
    }),
    hours: &[
        ("Monday – Friday", "", "7:00 – 17:00"),
        ("Saturday", "", "8:00 – 12:00"),
        ("Urgent", "", "at any time"),
    ],
    questions: &[
        ("How soon can you come?", "Small jobs within the week, urgent ones today.", ""),
        ("Do you give a fixed price?", "For everything we have seen. For the rest, a limit that we keep.", ""),
        ("Do you bring the material?", "Yes, at the price we paid, with the receipt.", ""),
    ],
    contact: (
        "Tell us what is broken",
        "A sentence and a picture by mail are best. Then we can say what it costs.",
    ),
    families: &[Family::Workshop],
    hues: &[
        Hues::new(250.0, 60.0, 240.0, 0.9),
        Hues::new(145.0, 90.0, 120.0, 0.95),
        Hues::new(45.0, 235.0, 70.0, 0.85),
    ],
    motif: Motif::House,
};
