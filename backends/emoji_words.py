"""What an emoji says, in words, for texts that have none: the encoders' vocabularies hold no emoji.

Only emoji that show a feeling or a judgement are known; the others (a pizza, a flag) say little and stay as they are.
The words are those that people write in their place, not the names of the Unicode standard: "folded hands" is how one
says thank you. Beside words emoji are left alone: the reader learnt from texts in which they were unknown, and reads
those worse with the words put in (docs/experiments.md).
"""

import re

_SAID = {
    "so happy": "😀😃😄😁😊☺🙂😇🤗😸😺",
    "haha so funny": "😂🤣😆😹",
    "haha": "😅😜😝😛🤪😉",
    "I love it": "😍🥰😘😻❤♥🧡💛💚💙💜🤎🖤🤍💕💖💗💓💞💘💝🤩",
    "cool": "😎🤙",
    "great": "👍👌💯🔥⭐🌟💪✨👏🙌🏆🥇",
    "congratulations": "🎉🎊🥳",
    "delicious": "😋🤤",
    "thank you": "🙏",
    "so angry": "😡😠👿💢😾",
    "fucking furious": "🤬🖕",
    "so annoying": "😤😒🙄🤦",
    "so sad": "😢😞😔☹🙁😿😥😓",
    "crying, so sad": "😭",
    "heartbroken": "💔",
    "exhausted": "😩😫🥱😪",
    "so worried": "😟😰😧😦",
    "so scared": "😱😨🙀",
    "wow, surprised": "😮😲😯🤯",
    "so embarrassed": "😳😖",
    "disgusting": "🤢🤮💩",
    "bad": "👎",
    "hmm": "🤔🤨",
    "please": "🥺",
    "nervous": "😬",
    "ridiculous": "🤡",
}
_WORDS = {sign: words for words, signs in _SAID.items() for sign in signs}
_AFTER = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*"
"""How it is drawn, and the colour of the skin."""
_RUN = re.compile(rf"((?:[{''.join(_WORDS)}]{_AFTER}\s*)+)([.!?,;:]?)")


def in_words(text: str) -> str:
    """Return a text with every run of known emoji said in words, each once.

    >>> in_words("😡😡👎🏽!")
    'so angry, bad!'
    """
    return _RUN.sub(_said, text).strip() if _RUN.search(text) else text


def _said(run: re.Match[str]) -> str:
    words = dict.fromkeys(_WORDS[sign] for sign in run[1] if sign in _WORDS)
    return f" {', '.join(words)}{run[2] or '.'} "
