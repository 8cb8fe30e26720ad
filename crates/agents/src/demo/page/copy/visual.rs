//! Pictures and the people who make them.

use super::super::art::Motif;
use super::super::look::Family;
use super::super::palette::Hues;
use super::super::trade::{List, Trade};

pub(in super::super) static PHOTO: Trade = Trade {
    key: "photo",
    words: &["photo*", "film*", "camera", "video*", "cinema*"],
    eyebrow: "Photographs",
    headlines: [
        "Light, and what it touches.",
        "I wait until it looks back.",
        "Places after everybody left.",
    ],
    lead: "Portraits, places and long projects. Daylight where there is some, patience where there is none.",
    action: "See the pictures",
    offer: List {
        title: "Commissions",
        entries: &[
            ("Portrait", "An hour, one place that matters to you, ten pictures.", "320"),
            ("Place", "Rooms, houses, streets, for those who made them.", "from 600"),
            ("A day with you", "Work, family, a workshop: I follow and say little.", "900"),
            ("Prints", "On cotton paper, signed, in editions of twelve.", "from 140"),
        ],
    },
    gallery: Some(List {
        title: "Selected work",
        entries: &[
            ("First light, north shore", "", ""),
            ("After the rain", "", ""),
            ("Ridge at five", "", ""),
            ("Salt road", "", ""),
            ("The long blue", "", ""),
            ("Field, waiting", "", ""),
        ],
    }),
    about: (
        "I work slowly",
        &[
            "Most of my pictures are of the half hour in which nothing happens. I carry one camera and two lenses, \
             and walk there if I can.",
            "People say they forgot that I was in the room. It is the best thing one can say.",
        ],
    ),
    dates: None,
    reasons: None,
    hours: &[],
    questions: &[
        ("How many pictures do I get?", "The good ones. Usually twenty from a day, as files and on a small print.", ""),
        ("How long does it take?", "Two weeks, for I look at everything twice.", ""),
        ("May I use them anywhere?", "For yourself, always. For advertising we agree on it before.", ""),
    ],
    contact: (
        "Begin something",
        "A place, a person, a date or only a question. I answer within two days.",
    ),
    families: &[Family::Gallery],
    hues: &[
        Hues::new(240.0, 55.0, 80.0, 0.7),
        Hues::new(45.0, 230.0, 70.0, 0.75),
        Hues::new(195.0, 35.0, 90.0, 0.7),
    ],
    motif: Motif::Hills,
};

pub(in super::super) static STUDIO: Trade = Trade {
    key: "studio",
    words: &[
        "studio", "design*", "architect*", "agency", "agencies", "illustrat*", "artist",
        "art", "gallery", "museum", "fashion", "brand*", "ceramics", "painter", "sculpt*",
        "theatre", "theater",
    ],
    eyebrow: "Studio",
    headlines: [
        "Form follows a good question.",
        "Less, until it is enough.",
        "We make the obvious visible.",
    ],
    lead: "A small studio for identities, books, spaces and the things in between. Six people, one large table, and \
           no account managers.",
    action: "See the work",
    offer: List {
        title: "What we make",
        entries: &[
            ("Identities", "A mark, a voice and the rules for both, on ten pages.", ""),
            ("Books", "From the first sheet to the smell of the bindery.", ""),
            ("Spaces", "Exhibitions, shops, signs that people really follow.", ""),
            ("Screens", "Sites and tools that feel as if they were printed.", ""),
        ],
    },
    gallery: Some(List {
        title: "Selected work",
        entries: &[
            ("A library card for a city", "", ""),
            ("Nine posters, one typeface", "", ""),
            ("Tables for a school", "", ""),
            ("Salt, the magazine", "", ""),
            ("Museum of small things", "", ""),
            ("A clock without hands", "", ""),
        ],
    }),
    about: (
        "Six people, one table",
        &[
            "Everybody who works on your project sits at it. We show unfinished things early, and throw most of them \
             away with pleasure.",
            "We take on four projects at a time. It is the number at which we still dream of each.",
        ],
    ),
    dates: None,
    reasons: None,
    hours: &[],
    questions: &[
        ("How do we begin?", "With a walk. Then a page of questions, then an offer with one number.", ""),
        ("Do you pitch?", "No. We would rather do the work with you than guess at it.", ""),
        ("How long does an identity take?", "Ten weeks, if somebody on your side may decide.", ""),
    ],
    contact: (
        "Have something in mind?",
        "A few lines and a date are enough to begin.",
    ),
    families: &[Family::Gallery, Family::Signal],
    hues: &[
        Hues::new(30.0, 255.0, 90.0, 1.2),
        Hues::new(265.0, 95.0, 90.0, 1.15),
        Hues::new(150.0, 25.0, 95.0, 1.1),
    ],
    motif: Motif::Tiles,
};
