//! Body and hair: places that one leaves feeling better.

use super::super::art::Motif;
use super::super::look::Family;
use super::super::palette::Hues;
use super::super::trade::{List, Trade};

pub(in super::super) static YOGA: Trade = Trade {
    key: "yoga",
    words: &[
        "yoga", "pilates", "meditat*", "spa", "massage", "wellness", "retreat", "sauna",
        "breathwork", "mindful*",
    ],
    eyebrow: "Breathe, stretch, begin again",
    headlines: [
        "An hour that belongs to you.",
        "Arrive as you are.",
        "Quiet is something you can practise.",
    ],
    lead: "Small classes in a light room, for bodies that sit too much and heads that do not stop. Mats, blankets \
           and tea are there.",
    action: "Find a class",
    offer: List {
        title: "Classes",
        entries: &[
            ("Slow flow", "Long breaths, soft transitions. A good first class.", "16"),
            ("Strong mornings", "Before work, before words. You will need a towel.", "16"),
            ("Restore", "Eight poses, ninety minutes, many cushions.", "20"),
            ("Backs and necks", "For everybody with a desk.", "16"),
            ("Sitting together", "Half an hour of silence. Chairs are welcome.", "free"),
            ("Ten classes", "Any class, any day, a year to use them.", "135"),
        ],
    },
    gallery: None,
    about: (
        "Twelve mats, no mirrors",
        &[
            "There is nothing to be good at. Teachers know your name and your knee, and offer another way where \
             the first does not fit.",
            "The room looks into a garden. In summer we open the doors, and the birds are part of it.",
        ],
    ),
    dates: Some(List {
        title: "The week",
        entries: &[
            ("Strong mornings", "with Ana", "Mon, Wed 7:00"),
            ("Backs and necks", "with Joris", "Tue, Thu 18:00"),
            ("Slow flow", "with Ana", "Wed, Fri 19:30"),
            ("Restore", "with Mei", "Sun 17:00"),
        ],
    }),
    reasons: None,
    hours: &[],
    questions: &[
        ("I have never done this.", "Then Slow flow is for you. Come ten minutes early, and tell us.", ""),
        ("What do I wear?", "Anything in which you could fall asleep on a sofa.", ""),
        ("Can I cancel?", "Until four hours before, without paying.", ""),
    ],
    contact: (
        "Reserve a mat",
        "Name the class and the day. If it is full, we tell you the moment it is not.",
    ),
    families: &[Family::Calm],
    hues: &[
        Hues::new(40.0, 320.0, 60.0, 0.75),
        Hues::new(165.0, 70.0, 110.0, 0.65),
        Hues::new(290.0, 45.0, 300.0, 0.6),
    ],
    motif: Motif::Arches,
};

pub(in super::super) static SALON: Trade = Trade {
    key: "salon",
    words: &["salon", "hair", "hairdress*", "barber", "beauty", "nail", "cosmetic", "tattoo"],
    eyebrow: "Cut, colour, conversation",
    headlines: [
        "Leave lighter.",
        "Hair that works on Monday too.",
        "Sit down. We have time.",
    ],
    lead: "One chair at a time, an honest look in the mirror first, and a cut that still falls right in six weeks.",
    action: "See the prices",
    offer: List {
        title: "What we do",
        entries: &[
            ("Cut, short", "With wash, dry and the back of the neck.", "38"),
            ("Cut, long", "An hour, or what it takes.", "56"),
            ("Beard", "Hot towel, blade, oil.", "24"),
            ("Colour", "Plant-based where it can be, patient where it cannot.", "from 70"),
            ("Up and away", "For weddings, stages and Thursdays.", "from 60"),
            ("Fringe between cuts", "Five minutes, on us.", "free"),
        ],
    },
    gallery: None,
    about: (
        "We ask before we cut",
        &[
            "What do you do in the morning, and how long may it take? Everything else follows from that.",
            "Silence is on the menu too. Say so, and the only sound is the scissors.",
        ],
    ),
    dates: None,
    reasons: None,
    hours: super::SHOP_HOURS,
    questions: &[
        ("Do I need an appointment?", "It is better. On Saturdays there is one chair for whoever comes in.", ""),
        ("What if I do not like it?", "Come back within ten days, and we put it right.", ""),
        ("Do you cut children’s hair?", "Yes, quickly and with a comic.", ""),
    ],
    contact: (
        "Book a chair",
        "Which day suits you, and what shall happen? We answer with a time.",
    ),
    families: &[Family::Gallery, Family::Poster],
    hues: &[
        Hues::new(15.0, 60.0, 60.0, 0.8),
        Hues::new(330.0, 200.0, 320.0, 0.9),
        Hues::new(180.0, 30.0, 160.0, 0.7),
    ],
    motif: Motif::Tiles,
};

pub(in super::super) static FITNESS: Trade = Trade {
    key: "fitness",
    words: &[
        "gym", "fitness", "crossfit", "boxing", "climb*", "bouldering", "running",
        "football", "sport", "trainer", "cycling", "martial", "karate", "dojo",
    ],
    eyebrow: "Chalk, sweat, high fives",
    headlines: [
        "Stronger by Friday.",
        "Show up. We do the rest.",
        "No mirrors. No excuses.",
    ],
    lead: "Coached sessions of fifty minutes in groups of ten. Scaled to the day you have had, and hard enough to \
           forget it.",
    action: "Pick a session",
    offer: List {
        title: "Sessions",
        entries: &[
            ("Foundations", "Four weeks on how to lift, push, pull and breathe.", "80"),
            ("Strength", "Few movements, heavy, done well.", "14"),
            ("Engine", "Rower, rope, bike. The clock is your friend.", "14"),
            ("Lunch break", "Thirty-five minutes, door to shower.", "10"),
            ("Open floor", "Your plan, our iron.", "8"),
            ("Everything, monthly", "Any session, cancel any month.", "75"),
        ],
    },
    gallery: None,
    about: (
        "Everybody starts somewhere",
        &[
            "Half of our members had not trained for ten years. The coach watches how you move, and gives you the \
             version that fits.",
            "Records go on the wall, the first unassisted pull-up as much as the heaviest bar.",
        ],
    ),
    dates: Some(List {
        title: "The week",
        entries: &[
            ("Strength", "Coach: Sam", "Mon, Thu 18:30"),
            ("Engine", "Coach: Ife", "Tue, Fri 18:30"),
            ("Lunch break", "Coach: Sam", "Mon – Fri 12:10"),
            ("Open floor", "Bring a friend", "Sat 9:00"),
        ],
    }),
    reasons: None,
    hours: &[
        ("Monday – Friday", "", "6:30 – 22:00"),
        ("Saturday, Sunday", "", "9:00 – 18:00"),
    ],
    questions: &[
        ("Am I fit enough?", "Yes. Every exercise has a smaller sibling.", ""),
        ("Can I try it?", "The first session is free, shoes are all you need.", ""),
        ("How do I leave?", "With one message, at the end of any month.", ""),
    ],
    contact: (
        "First session free",
        "Tell us a day. We tell you what to wear.",
    ),
    families: &[Family::Poster, Family::Workshop],
    hues: &[
        Hues::new(120.0, 95.0, 130.0, 1.35),
        Hues::new(35.0, 60.0, 30.0, 1.35),
        Hues::new(250.0, 195.0, 260.0, 1.3),
    ],
    motif: Motif::Chevrons,
};
