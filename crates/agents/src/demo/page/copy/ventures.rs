//! New things, shared things, and everything that fits nowhere else.

use super::super::art::Motif;
use super::super::look::Family;
use super::super::palette::Hues;
use super::super::trade::{List, Trade};
use super::OFFICE_HOURS;

pub(in super::super) static PRODUCT: Trade = Trade {
    key: "product",
    words: &[
        "app", "software", "startup", "saas", "product", "launch", "platform", "ai",
        "tech*", "device", "gadget", "tool", "api", "robot", "charges", "lamp", "light",
        "game", "open-source", "code", "data", "hosting",
    ],
    eyebrow: "New. And quietly clever.",
    headlines: [
        "It just keeps going.",
        "The part you stop thinking about.",
        "Small thing. Large difference.",
    ],
    lead: "We took something that needs your attention every day, and built the version that does not. Set it up in a \
           minute; forget it for a year.",
    action: "How it works",
    offer: List {
        title: "What it does",
        entries: &[
            ("Ready in a minute", "Out of the box, on, done. The manual is one page, and you will not need it.", ""),
            ("Looks after itself", "It notices when it is needed, and rests when it is not.", ""),
            ("Works without a network", "Everything important happens on the spot.", ""),
            ("Yours to repair", "Four screws, spare parts for ten years, instructions for all of it.", ""),
            ("Private by design", "What it knows about you, it does not tell anybody.", ""),
            ("Plays well with others", "Open standards, documented, no lock on the door.", ""),
        ],
    },
    gallery: None,
    about: (
        "Built by people who use it",
        &[
            "It began as a thing that we wanted ourselves. Then friends asked for one, then their friends, and then we \
             needed a name.",
            "We publish what goes wrong as well as what goes right. So far the second list is longer.",
        ],
    ),
    dates: None,
    reasons: Some(List {
        title: "In three steps",
        entries: &[
            ("Take it out", "It arrives charged, in a box that is also the stand.", ""),
            ("Put it on", "One click. You will hear it.", ""),
            ("Go", "That was all. Really.", ""),
        ],
    }),
    hours: &[],
    questions: &[
        ("When can I have it?", "The first batch leaves in spring. Whoever is on the list is asked first.", ""),
        ("What does it cost?", "Less than dinner for two. The list gets it for a tenth less.", ""),
        ("What if I do not like it?", "Send it back within sixty days. We pay the post.", ""),
    ],
    contact: (
        "Be among the first",
        "Write us a line, and we keep one for you. No newsletter, two messages at most.",
    ),
    families: &[Family::Signal],
    hues: &[
        Hues::new(285.0, 200.0, 280.0, 1.2),
        Hues::new(175.0, 95.0, 230.0, 1.1),
        Hues::new(255.0, 350.0, 260.0, 1.25),
    ],
    motif: Motif::Orbit,
};

pub(in super::super) static CLUB: Trade = Trade {
    key: "club",
    words: &[
        "charity", "charities", "club", "community", "communities", "association",
        "volunteer*", "church", "nonprofit", "non-profit", "foundation", "neighbourhood",
        "neighborhood", "society", "scouts", "donat*", "climate",
    ],
    eyebrow: "Together, since somebody asked",
    headlines: [
        "Many hands. One good idea.",
        "Come as a stranger. Once.",
        "There is a chair for you.",
    ],
    lead: "We meet, we plan, we carry things. Whoever has an hour can give an hour, and there is soup afterwards.",
    action: "What we do",
    offer: List {
        title: "What we do",
        entries: &[
            ("The open evening", "Every Wednesday. Nobody has to bring anything.", ""),
            ("Helping next door", "Shopping, forms, light bulbs. One call is enough.", ""),
            ("Repair café", "Bring what is broken. Learn how it works.", ""),
            ("The garden", "Forty beds, one hose, many opinions on tomatoes.", ""),
            ("Holidays for children", "Two weeks outdoors, for those who would stay in.", ""),
            ("The long table", "Once in summer, the whole street eats together.", ""),
        ],
    },
    gallery: None,
    about: (
        "Run by its members",
        &[
            "Nobody is employed, everybody decides. The accounts are one page and hang beside the door.",
            "What you give stays here: nine tenths go into what we do, the rest into the roof above it.",
        ],
    ),
    dates: Some(List {
        title: "Next",
        entries: &[
            ("Open evening", "In the hall, with soup", "Every Wednesday 18:30"),
            ("Garden day", "Gloves are there", "First Saturday 10:00"),
            ("Members’ meeting", "An hour, promised", "Last Monday 19:00"),
        ],
    }),
    reasons: Some(List {
        title: "Ways to help",
        entries: &[
            ("Give an hour", "Once, or every week. Both are help.", ""),
            ("Give a thing", "The list of what is missing hangs beside the accounts.", ""),
            ("Give a little", "Five a month keep the lights on.", ""),
        ],
    }),
    hours: &[],
    questions: &[
        ("Must I be a member?", "No. Come three times, then we ask whether you would like to be.", ""),
        ("I can only come now and then.", "So can most of us. That is why there are many.", ""),
        ("Can I get help without being asked questions?", "Yes.", ""),
    ],
    contact: (
        "Come by, or write",
        "Tell us what you could do, or what you need. Both are welcome.",
    ),
    families: &[Family::Notebook, Family::Workshop],
    hues: &[
        Hues::new(30.0, 150.0, 85.0, 1.05),
        Hues::new(160.0, 55.0, 105.0, 1.0),
        Hues::new(245.0, 80.0, 95.0, 1.05),
    ],
    motif: Motif::People,
};

pub(in super::super) static PLACE: Trade = Trade {
    key: "place",
    words: &["place", "company", "companies", "business", "team", "service"],
    eyebrow: "Good to have you here",
    headlines: [
        "A small place with a clear idea.",
        "Come with a question. Leave with a plan.",
        "We do one thing, and we like it.",
    ],
    lead: "We take time, we say what we think, and we finish what we begin. Everything else you will see for yourself.",
    action: "What we do",
    offer: List {
        title: "What we do",
        entries: &[
            ("The first conversation", "You talk, we take notes, and nobody looks at the clock.", ""),
            ("The plan", "One page, plain words, a number at the end.", ""),
            ("The work", "In steps that you can see, each of them useful by itself.", ""),
            ("The call after", "A month later we ask whether it holds.", ""),
        ],
    },
    gallery: None,
    about: (
        "Who we are",
        &[
            "A few people who have done this for a long time, and still argue about how to do it better.",
            "We are easy to reach, hard to impress with buzzwords, and glad about every good question.",
        ],
    ),
    dates: None,
    reasons: Some(List {
        title: "Why people come",
        entries: &[
            ("We listen first", "Most of the answer is usually in the question.", ""),
            ("We say what it takes", "Before it begins, and again if it changes.", ""),
            ("We finish", "And leave things better than we found them.", ""),
        ],
    }),
    hours: OFFICE_HOURS,
    questions: &[
        ("How do we begin?", "With a message of two sentences. The rest is our job.", ""),
        ("What does it cost?", "You get one number before anything starts.", ""),
        ("How long does it take?", "Less than you fear. We name the day, and keep it.", ""),
    ],
    contact: ("Write or come by", "The first conversation costs nothing."),
    families: &[Family::Signal, Family::Gallery, Family::Workshop],
    hues: &[
        Hues::new(240.0, 60.0, 90.0, 0.9),
        Hues::new(165.0, 40.0, 100.0, 0.85),
        Hues::new(20.0, 230.0, 80.0, 0.9),
    ],
    motif: Motif::Tiles,
};
