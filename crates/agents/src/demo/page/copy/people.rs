//! Teachers, people with pets, and people themselves.

use super::super::art::Motif;
use super::super::look::Family;
use super::super::palette::Hues;
use super::super::trade::{List, Trade};

pub(in super::super) static TUTOR: Trade = Trade {
    key: "tutor",
    words: &[
        "tutor", "tutoring", "tuition", "teacher", "math", "maths", "mathematic",
        "physics", "lesson", "school", "course", "coach", "learn*", "kindergarten",
        "nursery", "academy", "education", "workshop",
    ],
    eyebrow: "One to one, one step at a time",
    headlines: [
        "Oh. Now I get it.",
        "From “I can’t” to “watch this”.",
        "Hard things, made small.",
    ],
    lead: "Patient lessons that begin where you are stuck. We draw it, turn it round and try again, until you can \
           explain it to somebody else.",
    action: "See the lessons",
    offer: List {
        title: "Lessons",
        entries: &[
            ("The first hour", "We find out what holds, and where the gap began.", "free"),
            ("One to one", "Sixty minutes, once a week, at a table or on a screen.", "38"),
            ("In pairs", "Two who struggle with the same thing, and laugh about it.", "24 each"),
            ("Before the exam", "Four weeks, past papers, no panic.", "220"),
            ("Homework hour", "A quiet room and somebody to ask.", "12"),
            ("Late starters", "For adults who were told that they could not.", "38"),
        ],
    },
    gallery: None,
    about: (
        "Mistakes are the interesting part",
        &[
            "A wrong answer shows how somebody thinks. So I ask “how did you get there?” long before I say what \
             would be right.",
            "After each lesson there is a short note: what worked, what comes next, and one puzzle for the way home.",
        ],
    ),
    dates: None,
    reasons: Some(List {
        title: "How a lesson goes",
        entries: &[
            ("Ten minutes: look back", "What stayed since last week? What did not?", ""),
            ("Forty minutes: one idea", "With paper, blocks, pictures, whatever makes it visible.", ""),
            ("Ten minutes: you explain", "When you can teach it, it is yours.", ""),
        ],
    }),
    hours: &[],
    questions: &[
        ("Which ages do you teach?", "From ten to grown-up. The table is the same, the jokes differ.", ""),
        ("How soon does it help?", "Most notice a difference in confidence after three lessons, and in marks after a term.", ""),
        ("What if we must cancel?", "Until the evening before it costs nothing.", ""),
    ],
    contact: (
        "Ask for a first hour",
        "Which year, which topic, and what have you tried? That is all I need.",
    ),
    families: &[Family::Notebook],
    hues: &[
        Hues::new(265.0, 85.0, 95.0, 1.15),
        Hues::new(25.0, 220.0, 90.0, 1.1),
        Hues::new(175.0, 60.0, 100.0, 1.1),
    ],
    motif: Motif::Board,
};

pub(in super::super) static PETS: Trade = Trade {
    key: "pets",
    words: &[
        "dog", "cat", "pet", "puppy", "puppies", "veterinar*", "vet", "groom*", "kennel",
        "horse", "walker",
    ],
    eyebrow: "Paws first",
    headlines: [
        "Tired dogs, happy people.",
        "The best hour of their day.",
        "Muddy, safe and home by noon.",
    ],
    lead: "Small groups, long walks and a message with a picture while you work. We know who likes whom, and who \
           must not see a duck.",
    action: "See the walks",
    offer: List {
        title: "Walks and more",
        entries: &[
            ("The hour", "Collected, walked, dried, returned. Four dogs at most.", "18"),
            ("The long one", "Half a day in the woods. Sleep guaranteed.", "32"),
            ("Just us", "For the shy, the old and the very opinionated.", "24"),
            ("Puppy visit", "Out, in, play, rest. Three times a day if need be.", "14"),
            ("While you are away", "Feeding, company and post, at your home.", "from 28"),
            ("First meeting", "We come by, sit on the floor and wait to be liked.", "free"),
        ],
    },
    gallery: None,
    about: (
        "Known by every lamp post",
        &[
            "We walk the same paths in all weathers: patient, punctual, and carrying far too many biscuits.",
            "Your key is kept without your address on it. Your dog is kept on a lead until we know each other.",
        ],
    ),
    dates: None,
    reasons: Some(List {
        title: "Promised",
        entries: &[
            ("Never more than four", "Enough for a game, few enough to watch.", ""),
            ("Rain is weather", "We go. Towels are in the car.", ""),
            ("A picture each time", "So that your meeting has a good moment.", ""),
        ],
    }),
    hours: &[
        ("Monday – Friday", "walks", "8:00 – 18:00"),
        ("Weekends", "visits", "by arrangement"),
    ],
    questions: &[
        ("What if my dog pulls?", "Most do, at first. We practise on the way, without raising our voice.", ""),
        ("Do you take puppies?", "From the day the vet allows it, in short rounds.", ""),
        ("What happens in an emergency?", "We call you and your vet, in this order, and stay.", ""),
    ],
    contact: (
        "Introduce your animal",
        "Name, age, greatest love and greatest fear. We answer the same day.",
    ),
    families: &[Family::Notebook],
    hues: &[
        Hues::new(50.0, 160.0, 85.0, 1.1),
        Hues::new(150.0, 65.0, 110.0, 1.0),
        Hues::new(230.0, 60.0, 90.0, 1.05),
    ],
    motif: Motif::Paws,
};

pub(in super::super) static PERSON: Trade = Trade {
    key: "person",
    words: &[
        "personal", "cv", "resume", "résumé", "blog", "me", "myself", "portfolio",
        "freelanc*",
    ],
    eyebrow: "Work, notes, hello",
    headlines: [
        "Hello. I make things.",
        "Nice to meet you.",
        "Curious by trade.",
    ],
    lead: "I help small teams turn vague ideas into finished things, and write down what I learn on the way.",
    action: "See what I do",
    offer: List {
        title: "What I do",
        entries: &[
            ("Begin", "A week of questions and sketches, and a plan on one page.", ""),
            ("Build", "Something that works early, and better every week.", ""),
            ("Mend", "What nobody wants to touch any more. I like those.", ""),
            ("Explain", "Talks and workshops, with more examples than slides.", ""),
        ],
    },
    gallery: None,
    about: (
        "A few words about me",
        &[
            "I like work that one can point at. I ask many questions in the first week, and hardly any in the last.",
            "When I am not at a desk I am on a bicycle, or looking for the good bakery.",
        ],
    ),
    dates: None,
    reasons: Some(List {
        title: "Good to know",
        entries: &[
            ("Small steps", "Something to look at every Friday.", ""),
            ("Plain words", "No jargon that I could not explain to my neighbour.", ""),
            ("An end", "I leave things so that others can go on without me.", ""),
        ],
    }),
    hours: &[],
    questions: &[
        ("Are you free?", "For something small within the month, for something large within the quarter.", ""),
        ("Where do you work?", "From here, and with you for the days that matter.", ""),
    ],
    contact: (
        "Write to me",
        "A few lines are enough. I answer everything that was written by a person.",
    ),
    families: &[Family::Gallery, Family::Press, Family::Signal],
    hues: &[
        Hues::new(255.0, 50.0, 85.0, 0.85),
        Hues::new(10.0, 250.0, 70.0, 0.9),
        Hues::new(170.0, 80.0, 110.0, 0.8),
    ],
    motif: Motif::Monogram,
};
