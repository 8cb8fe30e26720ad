//! Tea, coffee, bread, dinner and beer.

use super::super::art::Motif;
use super::super::look::Family;
use super::super::palette::Hues;
use super::super::trade::{List, Trade};
use super::SHOP_HOURS;

pub(in super::super) static TEA: Trade = Trade {
    key: "tea",
    words: &["tea", "teahouse", "tearoom", "chai", "matcha"],
    eyebrow: "Loose leaf, poured slowly",
    headlines: [
        "Leaves worth slowing down for.",
        "A quiet cup, made properly.",
        "Put the kettle on. Stay a while.",
    ],
    lead: "Forty teas from small gardens, weighed by hand and brewed the way their growers drink them. \
           Take a tin home, or a chair by the window.",
    action: "See the tea list",
    offer: List {
        title: "The tea list",
        entries: &[
            ("Sencha, first flush", "Steamed green, sweet grass, a little sea air.", "5.20"),
            ("Oolong of the high mountain", "Rolled by hand; opens over six infusions.", "6.80"),
            ("Darjeeling, second flush", "Muscat and apricot, bright as brass.", "5.60"),
            ("Assam for the morning", "Malt and honey. Takes milk and forgives it.", "4.40"),
            ("White peony", "Hay, melon, and a very long afternoon.", "6.20"),
            ("Mint and lemon verbena", "No caffeine, cut fresh from the yard.", "3.90"),
        ],
    },
    gallery: None,
    about: (
        "Bought from people, not from lists",
        &[
            "Each spring we taste a few hundred samples, and keep the ones that we would be sad to be \
             without. We know the gardens by name, and pay them before the harvest.",
            "In the shop, everything may be smelled, most of it tasted. Ask for something unlike \
             anything you know: that is our favourite question.",
        ],
    ),
    dates: None,
    reasons: Some(List {
        title: "How we make it",
        entries: &[
            ("Water first", "Filtered and soft, at the temperature the leaf wants and not a degree more.", ""),
            ("Time, measured", "An hourglass on every tray. Turn it, and talk until it is through.", ""),
            ("Again, please", "Good leaves give three cups and more. Hot water is on the house.", ""),
        ],
    }),
    hours: SHOP_HOURS,
    questions: &[
        ("May I taste before I buy?", "Always. Two or three teas stand ready at the counter all day.", ""),
        ("How long does tea keep?", "Green a year, black two, if the tin is shut and the shelf is dark.", ""),
        ("Do you wrap presents?", "In paper that you choose, with a card. It takes about as long as an espresso.", ""),
    ],
    contact: (
        "Come by, or write",
        "We send tins anywhere a parcel goes, and keep a table for you if you tell us when.",
    ),
    families: &[Family::Press, Family::Calm],
    hues: &[
        Hues::new(148.0, 70.0, 95.0, 0.85),
        Hues::new(165.0, 40.0, 90.0, 0.8),
        Hues::new(125.0, 25.0, 88.0, 0.85),
    ],
    motif: Motif::Cup,
};

pub(in super::super) static COFFEE: Trade = Trade {
    key: "coffee",
    words: &["coffee", "cafe", "café", "espresso", "roaster*", "barista"],
    eyebrow: "Roasted here, three mornings a week",
    headlines: [
        "Good mornings are made here.",
        "Strong coffee, soft chairs.",
        "The best part of the way to work.",
    ],
    lead: "One roaster, two grinders and people who remember how you take it. Beans from five farms, on \
           the bar no later than ten days after the roast.",
    action: "See what we pour",
    offer: List {
        title: "At the bar",
        entries: &[
            ("Espresso", "Cocoa and cherry, eighteen grams, half a minute.", "2.60"),
            ("Flat white", "Two shots, silk, no snow.", "3.80"),
            ("Filter of the day", "Whatever we are most in love with. Ask.", "3.40"),
            ("Cold brew", "Sixteen hours in the dark. Worth the wait.", "4.20"),
            ("Cardamom bun", "From the oven at eight, and usually gone by ten.", "3.50"),
            ("Toast, butter, jam", "Sourdough from round the corner, jam from upstairs.", "4.50"),
        ],
    },
    gallery: None,
    about: (
        "Small, on purpose",
        &[
            "There are eleven seats, a bench outside and one very old roasting drum. What leaves it in the \
             morning is in your cup the same week.",
            "We buy by the sack from farmers we have met, and write on each bag what they were paid.",
        ],
    ),
    dates: None,
    reasons: Some(List {
        title: "House rules",
        entries: &[
            ("Bring your cup", "It holds the same and costs thirty cents less.", ""),
            ("Laptops until noon", "After that the tables belong to people who talk.", ""),
            ("Dogs are regulars", "There is water by the door, and a biscuit if they ask nicely.", ""),
        ],
    }),
    hours: &[
        ("Monday – Friday", "", "7:00 – 17:00"),
        ("Saturday", "", "8:00 – 17:00"),
        ("Sunday", "", "9:00 – 15:00"),
    ],
    questions: &[
        ("Do you have decaf?", "Yes, and it is good: washed in water, roasted like the rest.", ""),
        ("Which milk do you use?", "Whole milk from the valley, and oat. Neither costs extra.", ""),
        ("Will you grind beans for me?", "Tell us what you brew with, and we set the grinder for it.", ""),
    ],
    contact: (
        "Say hello",
        "For beans by post, a tray for your meeting, or a shift behind the bar.",
    ),
    families: &[Family::Workshop, Family::Press],
    hues: &[
        Hues::new(45.0, 75.0, 70.0, 0.8),
        Hues::new(30.0, 195.0, 75.0, 0.85),
        Hues::new(60.0, 25.0, 80.0, 0.8),
    ],
    motif: Motif::Cup,
};

pub(in super::super) static BAKERY: Trade = Trade {
    key: "bakery",
    words: &[
        "bakery", "bakeries", "baker", "bread", "sourdough", "patisserie", "pastry",
        "cake", "cupcake",
    ],
    eyebrow: "Flour, water, salt and a night",
    headlines: [
        "Bread that takes its time.",
        "Warm since four this morning.",
        "The smell on the corner is us.",
    ],
    lead: "Long-risen loaves, buttery things and a cake of the week, all of it shaped by hand in the room \
           behind the counter.",
    action: "See today’s shelf",
    offer: List {
        title: "On the shelf",
        entries: &[
            ("Country loaf", "Wheat and a third of rye, thirty hours old before it meets the oven.", "6.40"),
            ("Seeded rye", "Dense, dark, and better on the third day than on the first.", "5.80"),
            ("Baguette", "Thin crust, open crumb. Bakes every two hours until it is gone.", "2.40"),
            ("Croissant", "Twenty-seven layers of butter and patience.", "2.90"),
            ("Cinnamon knot", "Sticky in the best way. Saturdays come early for these.", "3.20"),
            ("Cake of the week", "By the slice, or whole if you tell us the day before.", "4.20"),
        ],
    },
    gallery: None,
    about: (
        "A starter older than the shop",
        &[
            "It came in a jam jar from a friend, and has been fed every day since. Everything that rises \
             here rises because of it.",
            "The grain is milled twenty kilometres away. We know the field, the miller and, by now, the dog.",
        ],
    ),
    dates: None,
    reasons: None,
    hours: &[
        ("Tuesday – Friday", "", "7:00 – 18:00"),
        ("Saturday", "", "7:00 – 14:00"),
        ("Sunday", "", "8:00 – 12:00"),
        ("Monday", "", "the oven rests"),
    ],
    questions: &[
        ("Can I order a loaf?", "Yes, until six the evening before. It waits for you with your name on it.", ""),
        ("Is there anything without wheat?", "The seeded rye, and on Fridays a buckwheat loaf. One oven bakes all, so traces are possible.", ""),
        ("What happens to what is left?", "At closing it goes to the kitchen of the neighbourhood. Nothing is thrown away.", ""),
    ],
    contact: (
        "Order and ask",
        "Cakes for birthdays, rolls for forty, or one loaf kept back: write, and we bake.",
    ),
    families: &[Family::Press, Family::Notebook],
    hues: &[
        Hues::new(55.0, 85.0, 80.0, 0.95),
        Hues::new(35.0, 75.0, 75.0, 0.95),
        Hues::new(20.0, 80.0, 70.0, 0.9),
    ],
    motif: Motif::Loaf,
};

pub(in super::super) static RESTAURANT: Trade = Trade {
    key: "restaurant",
    words: &[
        "restaurant", "bistro", "kitchen", "dinner", "ramen", "pizza", "pizzeria", "sushi",
        "trattoria", "diner", "taqueria", "noodle", "burger", "catering", "chef", "food",
    ],
    eyebrow: "Kitchen, table, evening",
    headlines: [
        "Cooked simply, served late.",
        "What the market had this morning.",
        "A table, a candle, no hurry.",
    ],
    lead: "A short menu that changes with the week, wine from people who pick their own grapes, and nobody \
           who needs your table back.",
    action: "Read the menu",
    offer: List {
        title: "This week’s menu",
        entries: &[
            ("Bread, cultured butter", "Baked at four, churned on Monday.", "4.50"),
            ("Tomatoes, peach, basil", "Late summer on a plate, with good oil.", "9.00"),
            ("Leeks in ash", "Hazelnut, egg yolk, a lot of chives.", "11.00"),
            ("Handmade pasta", "Brown butter, lemon, whatever the garden sends.", "16.00"),
            ("Fish of the day", "On the bone, with potatoes that know the sea.", "24.00"),
            ("Chocolate, salt, cream", "The one thing that never leaves the menu.", "8.50"),
        ],
    },
    gallery: None,
    about: (
        "Thirty seats and an open fire",
        &[
            "The kitchen is in the middle of the room. You see what happens to your dinner, and the cook \
             sees whether you like it.",
            "We decide on the menu at the market in the morning. If something is gone, something else is \
             just beginning.",
        ],
    ),
    dates: None,
    reasons: None,
    hours: &[
        ("Wednesday – Saturday", "kitchen until 22:30", "18:00 – 24:00"),
        ("Sunday lunch", "one long table", "12:00 – 16:00"),
        ("Monday, Tuesday", "", "closed"),
    ],
    questions: &[
        ("Do I need a reservation?", "On Friday and Saturday, yes. Four seats at the bar are kept for whoever walks in.", ""),
        ("Can you cook without meat?", "Half the menu is anyway. Tell us what else to leave out, and we do.", ""),
        ("May we bring children?", "Please do. There is a small pasta that is not on the menu.", ""),
    ],
    contact: (
        "Reserve a table",
        "Write how many you are and when. You have an answer before the next service.",
    ),
    families: &[Family::Press, Family::Gallery],
    hues: &[
        Hues::new(25.0, 95.0, 75.0, 0.95),
        Hues::new(130.0, 55.0, 100.0, 0.8),
        Hues::new(15.0, 60.0, 50.0, 0.9),
    ],
    motif: Motif::Bowl,
};

pub(in super::super) static BAR: Trade = Trade {
    key: "bar",
    words: &[
        "bar", "pub", "brewery", "breweries", "brewing", "beer", "cocktail", "wine",
        "winery", "taproom",
    ],
    eyebrow: "Open when the street goes quiet",
    headlines: [
        "Stay for one more.",
        "Cold glass, warm room.",
        "Brewed loud, poured slow.",
    ],
    lead: "Ten taps, one long counter and a back room with a piano that is nearly in tune. No football, no \
           hurry, no bad chairs.",
    action: "What is on tap",
    offer: List {
        title: "On tap tonight",
        entries: &[
            ("House lager", "Clean, cold, six weeks in the cellar. 4.8 %", "4.20"),
            ("Hazy pale", "Mango and pine, with an honest bitter end. 5.4 %", "5.00"),
            ("Smoked porter", "Campfire and dark bread. 6.1 %", "5.20"),
            ("Sour cherry", "Pink, sharp, gone before you know it. 4.1 %", "5.40"),
            ("Negroni on ice", "Stirred for thirty turns, orange, no straw.", "9.50"),
            ("No proof, all fun", "Bitter lemon, rosemary, tonic. 0.0 %", "6.00"),
        ],
    },
    gallery: None,
    about: (
        "The room behind the red door",
        &[
            "It was a locksmith’s. The key rack is still on the wall, and regulars hang their own glass on it.",
            "What is on tap is made by people within a day’s bicycle ride, or by us in the cellar.",
        ],
    ),
    dates: Some(List {
        title: "Coming up",
        entries: &[
            ("Quiz of small knowledge", "Teams of four. Winners choose the next theme.", "Every Tuesday"),
            ("Two strings and a drum", "Live in the back room, hat goes round.", "First Friday"),
            ("Bring a record", "You choose a side, we play it through.", "Sundays"),
        ],
    }),
    reasons: None,
    hours: &[
        ("Sunday – Thursday", "", "17:00 – 24:00"),
        ("Friday, Saturday", "", "17:00 – 2:00"),
    ],
    questions: &[
        ("Can we have the back room?", "For up to twenty-five, any evening but Friday. It costs nothing but what you drink.", ""),
        ("Is there food?", "Toasted sandwiches until eleven, and olives until the end.", ""),
        ("May the dog come?", "The dog is expected.", ""),
    ],
    contact: (
        "Find us, write us",
        "For the back room, a keg for your garden, or a band we should hear.",
    ),
    families: &[Family::Poster, Family::Workshop],
    hues: &[
        Hues::new(65.0, 30.0, 60.0, 1.2),
        Hues::new(25.0, 90.0, 40.0, 1.25),
        Hues::new(150.0, 75.0, 140.0, 1.1),
    ],
    motif: Motif::Glass,
};
