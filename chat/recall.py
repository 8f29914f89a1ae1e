"""How a reply takes account of what was said before: a remark put in front of it, or an answer from memory alone.

Every sentence here is written down; only a name, a matter of the user's own words and what they said are put in. A
question about what they told is answered with their own sentence, if one of theirs holds all that is asked about.
"""

import re
from collections.abc import Sequence

from backends.written_replies import LOW
from chat.feelings import ADJECTIVES, SURE, Reading
from chat.memory import Memory, Mood, Topic, name_in, topics_in
from chat.variety import next_of
from rag.words import stem

LONG_LOW = 3
"""After this many low turns in a row the reply says that it noticed."""
_ASKS_NAME = re.compile(
    r"\b(what(?:'s|’s|s| is| was) my (?:own |first )?name|(?:know|remember|recall|forget|forgotten) my name|"
    r"(?:say|tell me) my name|who am i|how am i called|what am i called)\b",
    re.IGNORECASE,
)
_NOT_A_FACT = (
    r"(?!(?:problem|purpose|point|fault|chance|life|future|option|mistake|deal|destiny|goal|worth|next|best|right)s?\b)"
)
_ASKS_FACT = re.compile(
    r"^\W*(?:(?:and|so|but|ok|okay|well|hey|please)\W+)*(?:"
    r"(?:what|who|which|where|when|how old)(?:'s|’s|s| is| are| was| were) (?:the name of )?my " + _NOT_A_FACT + r"|"
    r"(?:what|who|which|where|when) (?:\w+ )?(?:(?:did|do|am|was|have) i (?=(?:live|work|move|study"
    r"|grow|come from|go to school|do for)\b)|"
    r"(?:did|have) i (?=(?:say|said|tell|told|mention\w*|talk\w*|call\w*)\b))|"
    r"did i (?=(?:tell|say|mention)\b)|"
    r"(?:(?:do|can|could|did) you (?:still |even )?(?:know|remember|recall|tell me|remind me|forget)|remind me) "
    r"(?:(?:what|who|where|which|when) (?:i|my)\b|(?:that|if|whether) i (?:said|told|mentioned)\b|"
    r"my \w+(?:'s|’s)? (?:name|age|job|birthday)\b))",
    re.IGNORECASE,
)
LONGEST_ASKED = 14
"""Words of a question about what was told; "when I was little ..." goes on."""
_FRAME_OF_FACT = frozenset(
    "what who which where when how old name names called call do does did you know remember recall remind tell told me "
    "my is are was were the of i am it said say mention mentioned about have has had just still live lives living job "
    "work works working for a an in at to on as with from that so he she and again".split()
)
_SYNONYMS = (
    (r"\b(?:where|which)\b.*\bi (?:live|stay)|\bi come from\b",
     r"\b(?:i|we) (?:\w+ )?(?:live|moved|stay)\b|\b(?:i'm|i am|we're) (?:living|from)\b"),
    (r"\bi (?:do for|work)\b|\bmy (?:job|work|profession)\b",
     r"\b(?:i|we) (?:\w+ )?work\b|\bmy job is\b|\bwork(?:ing)? as\b|"
     r"\b(?:i'm|i am) an? (?:\w+ )?(?!bit\b|little\b|lot\b|mess\b|failure\b|person\b)\w+(?:er|or|ist|se"
     r"|ant|ian|ef|ee|ent)\b"),
)  # fmt: skip
"""What is asked, and what a sentence that answers it holds where the question's own words need not stand in it."""
LONGEST_QUOTED = 200
_ASKS_COURSE = re.compile(
    r"\b(what (?:did|have) (?:we|i) (?:talk\w*|sp[eo]\w+|sa[iy]\w*|told|tell|discuss\w*)|"
    r"do you remember (?:me|what|any)|how (?:did|have|was|has) (?:i|my mood) (?:been|feel\w*|felt|sound\w*|chang\w*)|"
    r"sum up (?:this|our) (?:chat|conversation)|what do you (?:remember|know) (?:about|of) me)\b",
    re.IGNORECASE,
)


def answer(message: str, memory: Memory) -> str | None:
    """Return the answer to a question about the conversation itself, or None if it asks something else."""
    if _ASKS_NAME.search(message):
        if memory.name:
            return f"You told me that your name is {memory.name}."
        return "I didn't catch your name in this conversation, and I know nothing from any other. What is it?"
    if _ASKS_FACT.match(message) and len(message.split()) <= LONGEST_ASKED:
        if told := _told(message, memory):
            return f"Earlier you said: “{told}”"
        if not _ASKS_COURSE.search(message):
            return next_of(_NOT_KEPT, memory.turns)
    if _ASKS_COURSE.search(message):
        return _course(memory)
    return None


_NOT_KEPT = (
    "I don't remember that: I keep only a name, the matters you spoke of and the mood. Tell me, and I'll listen.",
    "That I don't remember from our conversation; very little stays with me. Would you tell me again?",
    "I don't remember you saying so, but I keep only a little of what is said. How is it?",
)


def _told(message: str, memory: Memory) -> str:
    """Return the user's own sentence, the latest, that holds every word which says what is asked about; "" for none."""
    text = message.casefold().replace("’", "'")
    pattern = next((re.compile(form, re.IGNORECASE) for words, form in _SYNONYMS if re.search(words, text)), None)
    asked = {stem(word) for word in re.findall(r"[a-z]+", text.replace("'s", "")) if word not in _FRAME_OF_FACT}
    if not asked and pattern is None:
        return ""
    for turn in reversed(memory.turns):
        if turn.role != "user":
            continue
        for sentence in re.split(r"(?<=[.!?])\s+|\n+", turn.text.strip()):
            if sentence.endswith("?") or len(sentence) > LONGEST_QUOTED:
                continue
            held = {stem(word) for word in re.findall(r"[a-z]+", sentence.casefold())}
            if asked <= held and (pattern is None or pattern.search(sentence)) and len(sentence.split()) > 2:
                return sentence
    return ""


def _course(memory: Memory) -> str:
    if not memory.count:
        return "This is the beginning of our conversation, and I keep nothing of any other."
    parts = []
    if memory.name:
        parts.append(f"You told me that your name is {memory.name}.")
    if memory.topics:
        parts.append(f"You spoke of {_listed([f'your {topic.word}' for topic in memory.topics[-4:]])}.")
    moods = [mood for mood in memory.course if mood.pleasantness]  # a question sounds like surprise
    if moods and moods[0].emotion != moods[-1].emotion:
        first, last = ADJECTIVES[moods[0].emotion], ADJECTIVES[moods[-1].emotion]
        parts.append(f"At first you sounded {first} to me, and last {last}.")
    elif moods:
        parts.append(f"Your words sounded {ADJECTIVES[moods[-1].emotion]} to me; I can be wrong about that.")
    return " ".join(parts) or "So far we have only exchanged a few words, and I know no more than those."


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def remark(message: str, memory: Memory, reading: Reading) -> str:
    """Return what is said before the reply itself, or "": a name, a mood that changed, a matter that comes back.

    Nothing that stands in an earlier reply is said again.
    """
    if (name := name_in(message)) and name != memory.name:
        return f"Nice to meet you, {name}."
    last = memory.course[-1] if memory.course else None
    returned = _returned(message, memory)
    candidates = (_lifted(reading, last, returned, memory.name), _long_low(reading, memory), _again(returned, memory))
    return next((text for text in candidates if text and not memory.said_before(text)), "")


def _is_joy(reading: Reading) -> bool:
    """True for a clearly happy message that is more than thanks."""
    thanks = bool(reading.top) and reading.top[0][0] == "gratitude"
    return reading.emotion == "happy" and reading.confidence >= SURE and not thanks and not reading.doubted


def _lifted(reading: Reading, last: Mood | None, returned: Topic | None, name: str) -> str:
    if not _is_joy(reading):
        return ""
    if returned is not None and returned.emotion in LOW:
        before = ADJECTIVES[returned.emotion]
        return f"When you spoke of your {returned.word} before, you sounded {before}; this sounds lighter."
    if last is not None and last.emotion in LOW and last.pleasantness <= -SURE:
        return f"That sounds lighter than before{f', {name}' if name else ''}."
    return ""


def _long_low(reading: Reading, memory: Memory) -> str:
    latest = memory.course[-LONG_LOW:]
    low = reading.emotion in LOW and reading.confidence >= SURE and not reading.doubted
    if not low or len(latest) < LONG_LOW or any(mood.pleasantness > -SURE for mood in latest):
        return ""
    return f"This has been weighing on you all through our talk{f', {memory.name}' if memory.name else ''}."


def _returned(message: str, memory: Memory) -> Topic | None:
    """Return a matter that this message names and an earlier one named too."""
    named = set(topics_in(message))
    return next((topic for topic in reversed(memory.topics) if topic.word in named), None)


def _again(returned: Topic | None, memory: Memory) -> str:
    """A matter is only greeted again if there was something else in between."""
    if returned is None or memory.count - returned.number < 1:
        return ""
    return f"You spoke of your {returned.word} earlier, too."
