//! Bands, festivals and weddings: sites with dates.

use super::super::art::Motif;
use super::super::look::Family;
use super::super::palette::Hues;
use super::super::trade::{List, Trade};

pub(in super::super) static BAND: Trade = Trade {
    key: "band",
    words: &[
        "band", "rock", "punk", "music*", "singer", "dj", "orchestra", "choir", "jazz",
        "album", "record", "techno", "rapper", "quartet",
    ],
    eyebrow: "New record out now",
    headlines: [
        "Louder than the neighbours like.",
        "Turn it up. No, further.",
        "Three chords and the truth.",
    ],
    lead: "Four people, one van and songs that are better with a crowd in them. Recorded live, played louder.",
    action: "Hear about the record",
    offer: List {
        title: "The record",
        entries: &[
            ("Static in the Morning", "The one that everybody shouts along to.", "3:12"),
            ("Borrowed Car", "Written in it. Returned with dents.", "2:48"),
            ("Half of the City", "Six minutes, one crescendo, no apology.", "6:05"),
            ("Paper Walls", "The quiet one. Until it is not.", "4:21"),
            ("Leave the Light On", "For the last train, and whoever missed it.", "3:37"),
        ],
    },
    gallery: None,
    about: (
        "A rehearsal room with no heating",
        &[
            "That is why the songs are fast. We met in a queue, agreed on one record and argued about all others, \
             and have been playing ever since.",
            "Everything is recorded in one room, in one take if it is any good.",
        ],
    ),
    dates: Some(List {
        title: "On the road",
        entries: &[
            ("The Boiler Room", "Doors 20:00", "12 March"),
            ("Old Swimming Pool", "With friends from the north", "14 March"),
            ("Harbour Stage", "Open air, free", "2 May"),
            ("Kiosk Festival", "Midnight slot", "21 June"),
            ("Home. Two nights.", "Strings, brass and our mothers", "5 September"),
        ],
    }),
    reasons: None,
    hours: &[],
    questions: &[
        ("Can we book you?", "Write with a place and a date. We bring our own amplifiers.", ""),
        ("Where do I get a shirt?", "At the shows, from the drummer’s sister.", ""),
        ("Are tickets sold at the door?", "A third of them always is.", ""),
    ],
    contact: (
        "Booking and noise complaints",
        "The same address for both. We read everything after soundcheck.",
    ),
    families: &[Family::Poster],
    hues: &[
        Hues::new(25.0, 90.0, 20.0, 1.5),
        Hues::new(330.0, 200.0, 310.0, 1.45),
        Hues::new(95.0, 20.0, 80.0, 1.4),
    ],
    motif: Motif::Vinyl,
};

pub(in super::super) static FESTIVAL: Trade = Trade {
    key: "festival",
    words: &[
        "festival", "fair", "conference", "concert", "event", "party", "carnival",
        "meetup", "hackathon", "exhibition",
    ],
    eyebrow: "Three days, one meadow",
    headlines: [
        "Come for the music. Stay for the mornings.",
        "Everything, all at once, outdoors.",
        "The shortest weekend of the year.",
    ],
    lead: "Two stages, twenty acts, long tables and a lake to fall into. Small enough to lose your friends and find \
           them again.",
    action: "See the line-up",
    offer: List {
        title: "Line-up",
        entries: &[
            ("The Night Ferry", "Eleven brass players and a tuba with a temper.", "main stage"),
            ("Marlo & the Tin", "Songs for kitchens, played very loudly.", "main stage"),
            ("Oda Lind Trio", "Piano, bass, silence.", "the barn"),
            ("Slow Motorway", "One chord, forty minutes, no regrets.", "the barn"),
            ("Grandmother Disco", "She brings the records. You bring the knees.", "late"),
            ("Choir of whoever comes", "Rehearsal at noon, triumph at six.", "lakeside"),
        ],
    },
    gallery: None,
    about: (
        "Made by the village",
        &[
            "The stage is built by the carpenters, the soup by the fire brigade, and the sound by people who also \
             play. Nobody earns on it; everybody is paid.",
            "Bring a tent, a cup and somebody who has never been.",
        ],
    ),
    dates: Some(List {
        title: "Schedule",
        entries: &[
            ("Gates, tents, first soup", "The Tin at nine", "Friday 16:00"),
            ("Workshops and swimming", "Choir rehearsal at noon", "Saturday 10:00"),
            ("Main stage", "Until the neighbours call", "Saturday 17:00"),
            ("Long breakfast", "With the trio, in the barn", "Sunday 9:30"),
            ("The last dance", "Then everybody carries one chair", "Sunday 15:00"),
        ],
    }),
    reasons: Some(List {
        title: "Tickets",
        entries: &[
            ("The weekend", "Three days, with a place for your tent. 85", ""),
            ("Saturday only", "From ten in the morning until it ends. 45", ""),
            ("Under fourteen", "Free, if you bring a grown-up.", ""),
        ],
    }),
    hours: &[],
    questions: &[
        ("What if it rains?", "The barn holds everybody, if everybody likes each other.", ""),
        ("Can I come by train?", "Yes. A tractor meets the 14:12 and the 16:12.", ""),
        ("Are dogs allowed?", "On a lead, and not in front of the loudspeakers: their ears are better than ours.", ""),
    ],
    contact: (
        "Ask, help, play",
        "Volunteers eat free and dance better. Write what you can do.",
    ),
    families: &[Family::Poster, Family::Notebook],
    hues: &[
        Hues::new(50.0, 330.0, 60.0, 1.35),
        Hues::new(300.0, 80.0, 290.0, 1.35),
        Hues::new(190.0, 60.0, 220.0, 1.3),
    ],
    motif: Motif::Rays,
};

pub(in super::super) static WEDDING: Trade = Trade {
    key: "wedding",
    words: &["wedding", "bridal", "bride", "engagement", "anniversary", "ceremony"],
    eyebrow: "Save the day",
    headlines: [
        "We are getting married.",
        "Two families, one very long table.",
        "Yes. A thousand times.",
    ],
    lead: "We would love to have you there: for the vows, for the dinner under the trees, and for the dance that \
           nobody has practised.",
    action: "The day",
    offer: List {
        title: "The day",
        entries: &[
            ("Arrive", "Coffee and something cold in the garden.", "14:00"),
            ("Say yes", "Under the old lime tree. Bring a handkerchief.", "15:00"),
            ("Eat", "One table, four courses, few speeches.", "18:00"),
            ("Dance", "Until the musicians want to go to bed.", "21:00"),
        ],
    },
    gallery: None,
    about: (
        "How it began",
        &[
            "With a missed train, one umbrella and a very long wait. We have never been so grateful for a delay.",
            "Since then: two flats, one dog, many breakfasts. It seemed time to ask everybody to dinner.",
        ],
    ),
    dates: None,
    reasons: Some(List {
        title: "Good to know",
        entries: &[
            ("What to wear", "Something you can dance in. Grass is hard on heels.", ""),
            ("Where to sleep", "The inn holds rooms for our guests. Say our names.", ""),
            ("Presents", "You, there. If you must: a book with a line in it.", ""),
        ],
    }),
    hours: &[],
    questions: &[
        ("May we bring the children?", "Please. There is a tent with paint, and somebody who watches it.", ""),
        ("Is there a bus back?", "At eleven and at two, to the station and the inn.", ""),
        ("What do you not eat?", "That is our question to you. Tell us with your answer.", ""),
    ],
    contact: (
        "Will you come?",
        "Write until the first of the month before, with how many you are and what you do not eat.",
    ),
    families: &[Family::Calm, Family::Gallery],
    hues: &[
        Hues::new(20.0, 140.0, 70.0, 0.65),
        Hues::new(150.0, 45.0, 100.0, 0.6),
        Hues::new(280.0, 60.0, 90.0, 0.6),
    ],
    motif: Motif::Rings,
};
