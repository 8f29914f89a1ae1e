"""Questions to 700 shipped reviews: those that they answer, and those that they do not.

The first two lists served to choose the rule in rag.relevance; the last two were written before it was chosen and
only show how well it does.
"""

ANSWERABLE = (
    "leaking coffee machine", "why do customers cancel their flight", "dirty hotel rooms", "bed bugs", "battery life",
    "earbuds fall out", "noise cancelling", "backpack straps hurt", "is the backpack waterproof", "lost luggage",
    "rude staff", "waiting on hold for support", "my card was blocked abroad", "hidden fees", "mouldy food in the box",
    "missing ingredients", "recipes are easy to follow", "robot vacuum stuck", "vacuum scares the cat", "app crashes",
    "doctor did not listen", "prescription was wrong", "video call with a doctor", "dog loves the food",
    "dog got sick after eating", "subscription cannot be cancelled", "refund", "late delivery",
    "the driver was friendly", "breakfast at the hotel", "sea view", "turbulence", "flight delay",
    "crew was kind to my child", "milk foam",
    "espresso taste", "water tank", "price increase", "privacy of my data", "someone took money from my account",
    "grandmother", "wedding", "hiking in the rain", "smell", "how do I set the timer", "what went wrong with the order",
    "what do people love", "does it work with an old phone", "night shift", "cockroach", "battery dies too fast",
)  # fmt: skip
OFF_TOPIC = (
    "quantum chromodynamics lattice", "SELECT * FROM users WHERE 1=1", "asdfgh qwertz uiop", "capital of Mongolia",
    "photosynthesis in algae", "Treaty of Westphalia", "integral of x squared", "medieval Latin poetry",
    "black holes and Hawking radiation", "Bayesian hyperparameter optimisation", "World Cup final 1974",
    "volcanic eruption in Iceland", "the French Revolution", "how to knit a sweater", "piano sonata in C minor",
    "chess opening theory", "stock market crash of 1929", "migration of arctic terns", "Kubernetes ingress controller",
    "constitutional amendment", "plate tectonics", "Shakespeare's sonnets", "crop rotation in the Middle Ages",
    "recipe for concrete", "electric guitar amplifier repair", "election results in Brazil", "dinosaur fossils",
    "Fermat's last theorem", "neural network backpropagation", "submarine sonar", "tax law for corporations",
    "Mars rover landing", "oil painting techniques", "ancient Egyptian pyramids", "0123456789", "lorem ipsum dolor sit",
    "vaccine trial statistics", "traffic lights in Tokyo", "used car prices", "lawn mower engine",
)  # fmt: skip
HELD_OUT_ANSWERABLE = (
    "coffee is not hot enough", "machine is too loud in the morning", "grinder stopped working",
    "music sounds amazing", "one earbud is silent", "microphone on calls", "zip broke", "fits my laptop",
    "room was cold at night", "receptionist upgraded us", "noisy neighbours in the hotel", "seat was uncomfortable",
    "missed my connection", "suitcase arrived damaged", "transfer did not arrive", "fraud on my credit card",
    "app is easy to use", "vegetables were rotten", "portions are too small", "kids enjoyed cooking",
    "vacuum fell down the stairs", "cleans pet hair well", "brush gets tangled", "doctor took time for me",
    "waiting for an appointment", "test results came late", "cat refuses to eat it", "coat got shinier",
    "customer service never answered", "charged twice", "scared for my daughter", "proud of my father",
    "gift for my mother", "unexpected present in the parcel", "would buy again", "stopped working after a week",
    "smells like burning", "mould in the water tank", "rain came through the seams", "free replacement",
    "who was treated unfairly", "nothing special but it works", "lonely evening", "emergency landing",
    "hair in the bathroom",
)  # fmt: skip
HELD_OUT_OFF_TOPIC = (
    "Riemann hypothesis proof", "how do bees make honey", "Roman emperors of the third century",
    "compile a Linux kernel module", "violin concerto in D major", "glacier melt in Greenland",
    "periodic table of elements", "best fishing lures for trout", "Supreme Court ruling on patents",
    "how to solve a Rubik's cube", "Olympic javelin record", "soil acidity for blueberries",
    "Napoleon's march on Moscow", "mortgage interest deduction", "haiku about autumn",
    "photon entanglement experiment", "carburettor cleaning for motorcycles", "Swahili verb conjugation",
    "history of the Ottoman navy", "regular expression for e-mail addresses", "how tall is Mount Kilimanjaro",
    "goat cheese production in Corsica", "train timetable from Lyon to Turin", "orbital period of Jupiter",
    "cricket umpire signals", "opera house architecture in Sydney", "antitrust law in the steel industry",
    "convert miles to kilometres", "origami crane instructions", "coal mining in the nineteenth century",
    "DNA sequencing methods", "tomato blight treatment", "guitar chords for beginners",
    "movie with the best soundtrack",
    "how to train for a marathon", "passport renewal form", "roof tile installation", "wind turbine maintenance",
    "baby names from Norway", "lottery numbers of last week",
)  # fmt: skip
