//! Flowers, books and everything else in a window.

use super::super::art::Motif;
use super::super::look::Family;
use super::super::palette::Hues;
use super::super::trade::{List, Trade};
use super::SHOP_HOURS;

pub(in super::super) static FLORIST: Trade = Trade {
    key: "florist",
    words: &["flower", "florist", "bouquet", "plant", "nursery", "botanical"],
    eyebrow: "Cut this morning",
    headlines: [
        "Flowers that look picked, not packed.",
        "Say it with stems.",
        "The garden, by the armful.",
    ],
    lead: "Seasonal bunches from growers nearby, tied loosely and wrapped in paper. Nothing flown in, \
           nothing dyed, nothing that squeaks.",
    action: "See what is blooming",
    offer: List {
        title: "This week’s bunches",
        entries: &[
            ("The small one", "A handful for the kitchen table.", "12"),
            ("The market bunch", "Whatever was loveliest at five in the morning.", "24"),
            ("The armful", "For apologies, triumphs and very good news.", "45"),
            ("A pot that lasts", "Chosen for your light, with a note on water.", "from 15"),
            ("Dried and everlasting", "Summer, kept. Needs nothing but a nail.", "30"),
            ("Every Friday", "A bunch a week to your door, paused when you like.", "20 a week"),
        ],
    },
    gallery: Some(List {
        title: "From the workbench",
        entries: &[
            ("Ranunculus and fern", "", ""),
            ("Table for twelve", "", ""),
            ("The blue hour", "", ""),
        ],
    }),
    about: (
        "Grown within an hour of here",
        &[
            "Most of what stands in our buckets grew outdoors, in fields we have walked. In winter that means \
             branches, seeds and moss, and they are beautiful.",
            "We arrange the way things grow: some tall, some leaning, one that does what it wants.",
        ],
    ),
    dates: None,
    reasons: None,
    hours: SHOP_HOURS,
    questions: &[
        ("Do you deliver?", "Within the town by bicycle, the same day if you order before noon.", ""),
        ("Can I choose the flowers?", "Choose a colour and a feeling. The field decides on the rest.", ""),
        ("How do they last?", "Cut the stems, change the water every second day, keep them off the radiator.", ""),
    ],
    contact: (
        "Order a bunch",
        "Weddings, farewells, Tuesdays: a few words are enough to begin.",
    ),
    families: &[Family::Calm, Family::Gallery],
    hues: &[
        Hues::new(350.0, 140.0, 60.0, 0.9),
        Hues::new(145.0, 10.0, 100.0, 0.85),
        Hues::new(310.0, 95.0, 80.0, 0.8),
    ],
    motif: Motif::Flowers,
};

pub(in super::super) static BOOKS: Trade = Trade {
    key: "books",
    words: &[
        "book", "bookshop", "bookstore", "library", "libraries", "publisher", "zine",
        "author", "writer", "novel*",
    ],
    eyebrow: "Read here first",
    headlines: [
        "Somewhere in here is your next one.",
        "Lose an hour. Find a book.",
        "New, old and unputdownable.",
    ],
    lead: "Four thousand books chosen one at a time by people who have read them, an armchair that is usually \
           free, and a cat who is not for sale.",
    action: "See the front table",
    offer: List {
        title: "On the front table",
        entries: &[
            ("A first novel", "Quiet, funny, and read in one night by three of us.", "19.90"),
            ("A walk through one street", "Four hundred years of history in two hundred pages.", "24.00"),
            ("Poems for trains", "Each exactly one station long.", "14.50"),
            ("The long winter, illustrated", "For children, and for whoever reads to them.", "17.00"),
            ("A blind date", "Wrapped in paper with three words on it. Trust us.", "12.00"),
            ("Second-hand, second floor", "From one coin upwards. The stairs are worth it.", "from 1"),
        ],
    },
    gallery: None,
    about: (
        "We argue about every shelf",
        &[
            "Nothing is here because a list said so. If you ask for something like the book you loved, you \
             will get two answers, and they will disagree.",
            "What we do not have is here tomorrow morning. What is out of print, we enjoy looking for.",
        ],
    ),
    dates: Some(List {
        title: "Evenings",
        entries: &[
            ("Reading aloud", "One book, several voices, soup in the break.", "First Thursday"),
            ("The slow book club", "Fifty pages a month. No one has to finish.", "Third Tuesday"),
            ("Stories on the carpet", "For ears of three years and older.", "Saturdays, 10:30"),
        ],
    }),
    reasons: None,
    hours: SHOP_HOURS,
    questions: &[
        ("Can you order a book?", "Nearly any. Ordered by six in the evening, it is here by ten.", ""),
        ("Do you buy old books?", "On Wednesdays, and only what we would like to own.", ""),
        ("Is the armchair really free?", "Nearly always after lunch.", ""),
    ],
    contact: (
        "Ask for a book",
        "Half a title, a colour, or something your aunt mentioned: we find it.",
    ),
    families: &[Family::Press, Family::Gallery],
    hues: &[
        Hues::new(30.0, 80.0, 85.0, 0.85),
        Hues::new(255.0, 55.0, 85.0, 0.8),
        Hues::new(165.0, 35.0, 90.0, 0.75),
    ],
    motif: Motif::Books,
};

pub(in super::super) static SHOP: Trade = Trade {
    key: "shop",
    words: &[
        "shop", "store", "webshop", "boutique", "market", "goods", "ceramic", "jewellery",
        "jewelry", "sell*",
    ],
    eyebrow: "Few things, well made",
    headlines: [
        "Things you will keep.",
        "Made well. Chosen slowly.",
        "Useful, beautiful, here.",
    ],
    lead: "A small selection from makers we know, in stock and ready to hold. If it breaks, we know who can \
           mend it.",
    action: "Look at the shelf",
    offer: List {
        title: "On the shelf",
        entries: &[
            ("The everyday one", "Used every morning, better every year.", "28"),
            ("The slow one", "Takes its maker two days. You can tell.", "64"),
            ("The one to give", "Comes with paper, string and room for a note.", "35"),
            ("The last three", "The mould broke. These are all there will be.", "52"),
            ("The large one", "Needs two hands and a good table.", "96"),
            ("The repair kit", "Everything it takes to keep it another decade.", "12"),
        ],
    },
    gallery: None,
    about: (
        "We would rather have less",
        &[
            "For every thing in the shop there were nine that we did not take. We ask who made it, of what, and \
             whether it can be repaired.",
            "Come and hold things. That is what the shop is for.",
        ],
    ),
    dates: None,
    reasons: Some(List {
        title: "What you can count on",
        entries: &[
            ("Thirty days", "Bring it back for any reason, or for none.", ""),
            ("Mended, not replaced", "Most repairs cost less than a lunch.", ""),
            ("Packed without plastic", "Paper, straw and a knot you can undo.", ""),
        ],
    }),
    hours: SHOP_HOURS,
    questions: &[
        ("Do you send parcels?", "Twice a week. A parcel takes two or three days.", ""),
        ("Can I reserve something?", "For three days, without paying first.", ""),
        ("Who makes all this?", "Eleven workshops. Their names are on every label.", ""),
    ],
    contact: (
        "Write to the shop",
        "About a thing, a size, a parcel or a present. We answer the same day.",
    ),
    families: &[Family::Gallery, Family::Workshop, Family::Press],
    hues: &[
        Hues::new(260.0, 60.0, 85.0, 0.85),
        Hues::new(25.0, 200.0, 75.0, 0.95),
        Hues::new(170.0, 50.0, 95.0, 0.85),
    ],
    motif: Motif::Tiles,
};
