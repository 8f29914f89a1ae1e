"""Whether harsh words are meant for the program: by how toxic they are and whom they are aimed at.

A bare score will not do: "you sound like a robot" and "lol" have more of it than "I hate you". So a message must be
aimed at the one who answers, and the less plainly it is, the surer the model must be. Laughter takes the sting out.
Does not handle: languages other than English; irony.
"""

import re

from chat.spelling import normalise

CURSED, CALLED, SPOKEN_TO = 0.45, 0.75, 0.9
"""Probability of toxicity from which a curse ("screw you"), a short "you are ..." and anything else said to "you" is
an attack; chosen on 75 written lines, judged on dialogues and other lines (docs/experiments.md)."""
SHORT = 5
_CURSE = re.compile(
    r"^(?:oh |just |well |and |so |hey )*(?:go )?(?:fuck|screw|suck my|shut (?:the \w+ )?up"
    r"|shut your \w+|stfu|piss off|go to hell|eat shit|kys|bugger off|"
    r"get lost|drop dead|go away you|damn you|bitch|idiot|moron|bastard|asshole|loser|dumb(?:ass)?"
    r"|stupid (?:bot|machine|program))\b"
)
_CALLED = re.compile(r"^(?:oh |well |wow |god |honestly )*(?:you|youre|you are|what an?)\b")
_SPOKEN_TO = re.compile(r"\b(?:you|your|youre|bot|chatbot|program|machine|kys|stfu)\b")
_SPOKEN_WITH = re.compile(
    r"\b(?:you (?:wont|know|should|would|wouldnt|cant|can|gotta|have to|must|sound|look|talk|remind|crack|see)|are you|"
    r"do you|did you|would you|(?:told|asked|telling|showing) you)\b"
)
_CURSES_SOMETHING = re.compile(
    r"^(?:\w+ )?(?:fuck|screw|damn) (?:that|this|it|my|the|him|her|them|off work|yes|yeah|no)\b"
)
_THEIRS = re.compile(r"\byour (?:boss|ex|mum|mom|dad|friend|brother|sister|neighbou?r|husband|wife|dog|cat)s?\b")
_LAUGHS = re.compile(
    r"\b(?:lo+l|lmao|rofl|(?:ha){2,}h?|laugh\w*|(?:he){2,}|hihi|joking|kidding|jk|funny)\b|[😂🤣😄😆😅😜😉]"
)


def aimed_at_the_program(message: str, toxicity: float) -> bool:
    """True if a message of that toxicity is an attack on the one who answers.

    >>> aimed_at_the_program("You are a stupid bot", 0.98), aimed_at_the_program("You sound like a robot", 0.78)
    (True, False)
    """
    text = normalise(message)
    if _LAUGHS.search(message.casefold()):
        return False
    if _CURSE.match(text) and not _CURSES_SOMETHING.match(text):
        return toxicity >= CURSED
    if _SPOKEN_WITH.search(text):
        return False
    if _CALLED.match(text) and len(text.split()) <= SHORT:
        return toxicity >= CALLED
    return toxicity >= SPOKEN_TO and bool(_SPOKEN_TO.search(text)) and not _THEIRS.search(text)
