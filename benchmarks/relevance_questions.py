"""Questions to the shipped reviews and to two libraries of shops: those that they answer, and those that they do not.

The first four lists served to choose the rule in rag.relevance, with the topics of benchmarks/quotes_questions.py.
Those that are held out were written before it was chosen and only show how well it does: everyday questions, of which
single words stand in some review. Two of them may be answered: among the devices and the clothes, some reviews speak of
a swimming pool.
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
SECOND_ANSWERABLE = (
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
SECOND_OFF_TOPIC = (
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
HELD_OUT_ANSWERABLE = (
    "expensive and not worth it", "why was the video appointment cut off", "wrong dose on the label",
    "parents seated apart from their children", "what annoys customers of the bank", "stolen wallet on holiday",
    "adverts on the vacuum", "mildew in the back panel", "fell in love with cooking again",
    "the manager shouted at a waitress", "ticks in the lining", "dog has more energy", "allergies got better",
    "sewage smell in the room", "advice for a grieving mother", "charged for seats", "overcharged exchange rate",
    "switching dog food slowly", "connecting two devices", "equaliser settings",
    "sold my email address to spammers", "rotten meat", "maggots", "first solo trip", "the machine exploded",
    "strange noises at night", "stranded at the airport", "rude chat agent", "mortgage approved",
    "hip belt takes the weight", "anniversary surprise", "sticky tray table", "robot recorded my home",
    "menu in the wrong language", "therapist listened to me", "password stolen", "late check-in",
    "survived the washing machine", "vomit on the seat", "hearing loss",
)  # fmt: skip
HELD_OUT_OFF_TOPIC = (
    "how to write a cover letter", "weather forecast for tomorrow", "who won the presidential election",
    "running shoes for flat feet", "lipstick that lasts all day", "how to change a car tyre",
    "dishwasher leaves spots on glasses", "What do customers say about the lawnmower?",
    "best time to plant tomatoes", "how do I learn the violin", "cheap flights to the moon",
    "population of Argentina in 1950", "wedding dress alterations", "convert a PDF to Word",
    "how long to boil an egg", "tennis racket strings", "mattress too soft",
    "What do people think of the electric scooter?", "income tax return deadline", "how many planets are there",
    "laptop keyboard replacement", "child car seat installation", "what is the meaning of life",
    "songs by the Beatles", "how to build a garden shed", "paint peels off the wall", "Python list comprehension",
    "toothbrush heads", "video game with dragons", "university entrance exam", "history of the bicycle",
    "how to quit smoking", "gas boiler pressure", "divorce lawyer in Berlin", "printer runs out of ink",
    "football scores from Saturday", "yoga poses for beginners", "how does a jet engine work",
    "sunscreen leaves a white film", "learning to swim as an adult",
)  # fmt: skip
DEVICES_ANSWERABLE = (
    "battery does not last", "screen is too dim to read outside", "gift for my grandson",
    "Alexa does not understand me", "ads on the lock screen", "sound quality of the speaker", "parental controls",
    "slow when opening apps", "cannot install Google Play", "charger stopped working", "streaming Netflix",
    "reading in bed at night", "easy for elderly parents", "remote control", "memory card slot",
    "camera takes poor pictures", "smart home lights", "kids dropped it and it survived", "page turning",
    "freezes all the time",
)  # fmt: skip
DEVICES_OFF_TOPIC = (
    "how to write a cover letter", "running shoes for flat feet", "hotel breakfast buffet",
    "lost luggage at the airport", "dog food with salmon", "paint peels off the wall",
    "What do guests say about the swimming pool?", "wedding dress alterations", "lawn mower blade",
    "toothpaste flavour", "mortgage interest rate", "how to bake sourdough bread", "garden hose leaks",
    "prescription glasses", "mattress too soft", "tax return deadline", "car tyre pressure", "capital of Mongolia",
    "hiking boots waterproof", "football scores from Saturday",
)  # fmt: skip
CLOTHING_ANSWERABLE = (
    "runs small in the chest", "fell apart after one wash", "looks cheap", "perfect for a summer wedding",
    "too much fabric around the middle", "scratchy material", "wrong colour online", "hides my tummy",
    "wear with boots in the fall", "arms are too tight", "flattering on curvy women", "long enough for tall girls",
    "good for nursing mothers", "shoulder straps slip", "loose threads and holes", "makes me look pregnant",
    "warm enough for winter", "pockets in a dress", "too low cut for work", "bought it in two colors",
)  # fmt: skip
CLOTHING_OFF_TOPIC = (
    "hotel breakfast buffet", "battery does not last", "lost luggage at the airport", "dog refuses the food",
    "how to write a cover letter", "mortgage interest rate", "weather forecast for tomorrow", "lawn mower blade",
    "how long to boil an egg", "printer runs out of ink", "What do guests say about the swimming pool?",
    "video game with dragons", "toothbrush heads", "car tyre pressure", "history of the bicycle",
    "income tax return deadline", "Bluetooth does not connect", "child car seat installation",
    "how do I learn the violin", "gas boiler pressure",
)  # fmt: skip
