"""What comes before and after every reply: crisis language is recognised first and answered with fixed, kind words;
harsh words are met calmly; a reply that is not fit to be shown is replaced.

Nothing here diagnoses anyone. A missed cry for help is worse than a kind word too many, so in doubt the helplines show.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import model_utils
from backends.contracts import Turn
from settings import Settings

Crisis = Literal["self_harm", "abuse", "violence"]

NAME = "safety"
"""The model name a fixed answer carries."""

TOXIC = 0.6
"""From this probability on, what is said to the program is treated as toxic."""
UNFIT = 0.9
"""From this probability on, what the program would say is not shown. Higher, because the model errs on gentle words."""

HELPLINES = """\
- **United States, Canada:** call or text 988
- **United Kingdom, Ireland:** Samaritans, 116 123
- **European Union:** emergency 112; in many countries someone listens at 116 123
- **Australia:** Lifeline, 13 11 14
- **New Zealand:** call or text 1737
- **India:** Tele-MANAS, 14416
- **Anywhere else:** findahelpline.com lists free helplines by country"""

EMERGENCY = "911 in the US and Canada, 112 in the EU and India, 999 in the UK, 000 in Australia, 111 in New Zealand"

_ANSWERS: dict[Crisis, str] = {
    "self_harm": f"""\
Thank you for saying this. I'm taking it seriously, and you deserve a real person beside you right now; I'm only a \
program.

If you might act on it, or are already hurt, please call your emergency number ({EMERGENCY}).

People who will listen, without judging:

{HELPLINES}

If you can, put some distance between yourself and anything you could use to hurt yourself, and tell one person you \
trust, even with just "I'm not all right". You don't have to explain it well.""",
    "abuse": f"""\
I'm so glad you told me. What you describe should not happen to anyone, and it is not your fault.

If you are in danger now, please call your emergency number ({EMERGENCY}), or go to a place with other people. If \
speaking is not safe, many numbers can be reached by text.

I'm only a program; these people can listen and point you to help for abuse where you live:

{HELPLINES}

You decide what to share and when. If someone may look at this screen, "Forget this conversation" clears it.""",
    "violence": f"""\
Thank you for saying it here. This sounds serious, and it needs a person rather than a program.

If anyone is in danger, you or somebody else, please call your emergency number now ({EMERGENCY}), and move to where \
you and others are safe.

If it is thoughts that frighten you, or anger that is getting too big, people will listen without judging:

{HELPLINES}

Putting distance between yourself and the situation is a good first step, and so is telling one person you trust.""",
}

AFTERCARE = (
    "I'm still here. Have you been able to reach someone, or is there a person who could come and sit with you?",
    "Thank you for staying in touch. The numbers above are there at any hour, and you may call just to hear a voice.",
    "Let's keep it very small: a glass of water, a lit room, one message to someone you trust. I'm still listening.",
)
"""What the turns after a crisis are answered with, before the conversation goes on as usual."""

CALM_ANSWERS = (
    "I won't answer in kind. If something went wrong, tell me about it and I'll do what I can.",
    "That was sharp. I'm still here, and we can start again whenever you like.",
    "All right. I'll leave that one be. What would be of use to you?",
    "I'd rather keep this friendly. Is something else behind it?",
    "I hear that you are not happy with me. Tell me what you were hoping for.",
)
"""Answers to harsh words, used in turn."""

REPLACEMENT = "I had an answer, but it was not kind enough to show. Would you say it once more in other words?"

_RULES = Path(__file__).with_name("crisis_rules.txt")
_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "."})


def normalise(text: str) -> str:
    """Return text in the one spelling the rules read: see crisis_rules.txt.

    >>> normalise("I can’t go on... I want to k1ll  myself")
    'i cant go on . i want to kill myself'
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"['’`\u00b4‘]", "", text)
    text = re.sub(r"\S*[^\W\d]\S*", lambda word: word[0].rstrip("!").translate(_LEET), text)
    text = re.sub(r"(?<=want |eady |need |oing )2\b", "to", text)
    text = re.sub(r"(?<=[a-z])[*_](?=[a-z])", "i", text)
    text = re.sub(r"(.)\1{2,}", r"\1", re.sub(r"\b(\w)[ .\-](?=\w\b)", r"\1", text) if _spelled_out(text) else text)
    text = re.sub(r"\s*[.!?;,:\n]+\s*", " . ", text)
    return re.sub(r"\s+", " ", re.sub(r"[^\w. ]", " ", text)).strip(" .")


def _spelled_out(text: str) -> bool:
    """True if most words are single letters ("k i l l   m e")."""
    words = text.split()
    return len(words) >= 4 and sum(len(word) == 1 for word in words) > len(words) * 0.7


@cache
def _rules() -> Mapping[str, re.Pattern[str]]:
    """Read the rules: section -> one pattern, in the order of the file."""
    names: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    for line in _RULES.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            rules = sections.setdefault(line.strip("[]"), [])
        elif not sections:
            name, pattern = line.split(" = ", 1)
            names[f"<{name}>"] = _filled(pattern, names)
        else:
            rules.append(_filled(line, names))
    return {section: re.compile("|".join(patterns)) for section, patterns in sections.items()}


def _filled(pattern: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        pattern = pattern.replace(name, value)
    return pattern


def crisis(message: str) -> Crisis | None:
    """Return which danger a message speaks of, or None. Reads the words only: no model, about 0.1 ms.

    >>> crisis("I don't want to be alive any more"), crisis("this queue is killing me")
    ('self_harm', None)
    """
    rules = _rules()
    text = rules["harmless"].sub(" _ ", normalise(message))
    return next((kind for kind in _ANSWERS if rules[kind].search(text)), None)


def crisis_answer(kind: Crisis) -> str:
    """Return the fixed text for a crisis: Markdown, with helplines by country."""
    return _ANSWERS[kind]


def aftercare(history: Sequence[Turn]) -> str | None:
    """Return what to say if one of the last turns of the user was a crisis, or None when that is past."""
    said = [turn.text for turn in history if turn.role == "user"][-2:]
    if not any(crisis(text) for text in said):
        return None
    return unused(AFTERCARE, history)


def unused(texts: Sequence[str], history: Sequence[Turn]) -> str | None:
    """Return the first text that no reply so far contains, or None if all were used."""
    replies = [turn.text for turn in history if turn.role == "assistant"]
    return next((text for text in texts if not any(text in reply for reply in replies)), None)


_AT_THE_PROGRAM = re.compile(
    r"\b(you|your|youre|u|ur|bot|chatbot|program|machine|kys|stfu)\b|^(shut up|fuck|piss|screw)"
)


def harassment(message: str, settings: Settings) -> bool:
    """True if a message is toxic and aimed at the one who answers."""
    return bool(_AT_THE_PROGRAM.search(normalise(message))) and _toxicity(message, settings) >= TOXIC


def unfit(text: str, settings: Settings) -> bool:
    """True if a text should not be shown as an answer."""
    return _toxicity(text, settings) >= UNFIT


def _toxicity(text: str, settings: Settings) -> float:
    return float(model_utils.load("toxicity", settings=settings).score([text])[0]) if text.strip() else 0.0
