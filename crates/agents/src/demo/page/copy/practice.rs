//! Law, money and health: places with a waiting room.

use super::super::art::Motif;
use super::super::look::Family;
use super::super::palette::Hues;
use super::super::trade::{List, Trade};
use super::OFFICE_HOURS;

pub(in super::super) static LAW: Trade = Trade {
    key: "law",
    words: &[
        "law", "lawyer", "legal", "solicitor", "attorney", "notary", "advocate",
        "barrister",
    ],
    eyebrow: "Counsel for people and companies",
    headlines: [
        "Clear advice, before it is urgent.",
        "On your side, in plain words.",
        "Good counsel settles early.",
    ],
    lead: "We read the contract, say what it means and tell you what we would do. You know the cost before we \
           begin, and the name of the person who answers.",
    action: "Areas of practice",
    offer: List {
        title: "Areas of practice",
        entries: &[
            ("Contracts", "Drafted so that both sides still understand them in five years.", ""),
            ("Employment", "Joining, leaving, and everything that is said in between.", ""),
            ("Property", "Buying, letting, building, and neighbours with opinions.", ""),
            ("Family and inheritance", "Calm rules for days that are not calm.", ""),
            ("Companies", "From the first agreement of the founders to the last signature of a sale.", ""),
            ("Disputes", "Most are settled by a good letter. We also write the other kind.", ""),
        ],
    },
    gallery: None,
    about: (
        "A firm you can telephone",
        &[
            "Five lawyers and one rule: whoever takes on your matter keeps it. You will not explain your story \
             twice, and you will not be billed for our learning it.",
            "We tell you when a case is not worth its cost. It is the advice for which we are recommended most.",
        ],
    ),
    dates: None,
    reasons: Some(List {
        title: "How we work",
        entries: &[
            ("First, we listen", "Thirty minutes, by telephone or here, without obligation.", ""),
            ("Then, a page", "What the situation is, what can be done, and what each way costs.", ""),
            ("Then, we act", "With dates that you can hold us to, and no letters you do not understand.", ""),
        ],
    }),
    hours: OFFICE_HOURS,
    questions: &[
        ("What does a first conversation cost?", "Nothing for the first half hour. After it you know what the rest would cost.", ""),
        ("Do I need all my papers?", "Bring what you have. We tell you what is missing and where to get it.", ""),
        ("How soon can I see someone?", "Within the week, and on the same day if there is a deadline.", ""),
    ],
    contact: (
        "Arrange a conversation",
        "Two or three sentences are enough. Please send no confidential papers before we have spoken.",
    ),
    families: &[Family::Chambers],
    hues: &[
        Hues::new(255.0, 75.0, 250.0, 0.75),
        Hues::new(165.0, 80.0, 150.0, 0.65),
        Hues::new(15.0, 75.0, 50.0, 0.75),
    ],
    motif: Motif::Columns,
};

pub(in super::super) static FINANCE: Trade = Trade {
    key: "finance",
    words: &[
        "accountant", "accounting", "bookkeep*", "tax", "taxes", "finance", "financial",
        "insurance", "bank", "consult*", "adviser", "advisor",
    ],
    eyebrow: "Numbers, in order",
    headlines: [
        "Sleep well at the end of the year.",
        "Your numbers, in plain sight.",
        "The books are done. You are free.",
    ],
    lead: "Bookkeeping, taxes and decisions for small companies. Every month one page that says where you stand, \
           and one call about what to do next.",
    action: "What we do",
    offer: List {
        title: "What we do",
        entries: &[
            ("Bookkeeping", "Receipts go in by photograph. Everything else is ours.", "from 140 a month"),
            ("Payroll", "On time, every time, with answers for your people.", "18 a head"),
            ("Annual accounts", "Ready in March, not in December.", "fixed fee"),
            ("Tax", "What you owe, no more, and never by surprise.", "fixed fee"),
            ("Plans and forecasts", "Three futures on one page, and what would lead to each.", "by the day"),
            ("Second opinion", "An hour on a decision that keeps you awake.", "120"),
        ],
    },
    gallery: None,
    about: (
        "We explain it until it is simple",
        &[
            "Accounts are a story about your company. We write it so that you can read it, and act before the \
             last chapter.",
            "You have one person who knows your numbers, and a second who can take over the same day.",
        ],
    ),
    dates: None,
    reasons: Some(List {
        title: "What you can hold us to",
        entries: &[
            ("One page a month", "Cash, profit, what changed, what comes.", ""),
            ("One working day", "That is how long an answer takes.", ""),
            ("One price", "Agreed for the year. Questions are included.", ""),
        ],
    }),
    hours: OFFICE_HOURS,
    questions: &[
        ("Can you take over in the middle of a year?", "Yes. We speak to whoever did it before, so that you need not.", ""),
        ("Which software do I need?", "Whatever you use. If it is a shoebox, we begin with the shoebox.", ""),
        ("How is my data kept?", "With care: seen by the two people who work for you, and by nobody else.", ""),
    ],
    contact: (
        "Begin with a conversation",
        "Tell us what you do and what bothers you. The first hour is ours.",
    ),
    families: &[Family::Chambers, Family::Signal],
    hues: &[
        Hues::new(200.0, 85.0, 220.0, 0.75),
        Hues::new(275.0, 160.0, 270.0, 0.75),
        Hues::new(155.0, 60.0, 130.0, 0.75),
    ],
    motif: Motif::Chart,
};

pub(in super::super) static HEALTH: Trade = Trade {
    key: "health",
    words: &[
        "dentist", "dental", "doctor", "clinic", "physio*", "therap*", "psycholog*",
        "midwi*", "medical", "practice", "osteopath*", "health", "optician",
    ],
    eyebrow: "A practice with time",
    headlines: [
        "Care that begins with listening.",
        "You are in good hands.",
        "Time for you, on the clock and off it.",
    ],
    lead: "Appointments that start when they should, explanations in words you can take home, and a plan that is \
           made with you.",
    action: "What we treat",
    offer: List {
        title: "How we can help",
        entries: &[
            ("First appointment", "Forty-five minutes. You talk, we examine, nobody hurries.", ""),
            ("Regular check", "Twice a year is enough to notice what should be noticed.", ""),
            ("Treatment", "Step by step, each explained before it begins.", ""),
            ("Prevention", "Small habits, chosen to fit your days.", ""),
            ("Children", "Slower, with stories, and you may stay in the room.", ""),
            ("Urgent", "Two appointments are kept free every morning.", ""),
        ],
    },
    gallery: None,
    about: (
        "A calm place",
        &[
            "No television in the waiting room and rarely anybody waiting. There is daylight, tea, and a person at \
             the desk who knows your name.",
            "We tell you what we see, what it may mean, and what we would do. Then we decide together.",
        ],
    ),
    dates: None,
    reasons: None,
    hours: &[
        ("Monday, Wednesday", "", "8:00 – 17:00"),
        ("Tuesday, Thursday", "", "11:00 – 20:00"),
        ("Friday", "", "8:00 – 13:00"),
    ],
    questions: &[
        ("Are you taking new patients?", "Yes. The first appointment is usually within two weeks.", ""),
        ("What should I bring?", "Your insurance card and a list of what you take. Old findings, if you have them.", ""),
        ("I am afraid of it. What now?", "Tell us when you call. We plan more time, and you can stop at any moment.", ""),
    ],
    contact: (
        "Make an appointment",
        "Write when you are free. In an emergency, please call your local emergency number.",
    ),
    families: &[Family::Calm, Family::Chambers],
    hues: &[
        Hues::new(190.0, 150.0, 200.0, 0.75),
        Hues::new(220.0, 40.0, 210.0, 0.75),
        Hues::new(160.0, 60.0, 120.0, 0.7),
    ],
    motif: Motif::Arches,
};
