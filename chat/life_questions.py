"""Questions about the user's own life: the words they are known by, and which side of it they ask about.

Does not handle: languages other than English.
"""

import re
from typing import Literal, get_args

Personal = Literal["decide", "why", "others", "future", "normal"]
"""What to do, why it is so, what somebody else feels, what will come, and whether it is all right."""
PERSONAL: frozenset[str] = frozenset(get_args(Personal))

SPEAKER = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|me|my|mine|myself|we|we're|we've|us|our|ours)\b")
PEOPLE = re.compile(
    r"\b(?:he|she|him|her|his|hers|he's|she's|they|them|their|my \w+|our \w+|people|everyone|everybody|no one|nobody|"
    r"anyone|anybody|somebody|someone|men|women|friends?|boss|husband|wife|mum|mom|dad|girls?|boys?|guys?)\b"
)
HEART = re.compile(
    r"\b(?:feel\w*|felt|sad\w*|happ(?:y|ier|iness)|lone\w*|alone|love\w*|hate\w*|angr\w*|anger|cry"
    r"|crying|cried|tears|fear\w*|"
    r"afraid|scared|anxi\w+|worr\w+|nervous|panic|stress\w*|cope|coping|handle|deal|grie\w+|mourn\w*"
    r"|miss|missing|lost|loss|"
    r"forgiv\w+|forget|trust\w*|guilt\w*|fault|blame|shame\w*|asham\w*|regret\w*|jealous\w*|envy"
    r"|hurt\w*|pain|heart\w*|broken|"
    r"hope\w*|life|living|worth\w*|deserv\w+|enough|normal|wrong|weird|crazy|better|worse|calm|relax"
    r"|sleep|tired|exhaust\w*|"
    r"overwhelm\w*|mood|proud|friend\w*|people|boss|husband|wife|partner|boyfriend|girlfriend|ex|crush"
    r"|mother|mum|mom|father|"
    r"dad|sister|brother|son|daughter|kids?|child\w*|parents?|family|break ?up|divorce|over (?:it|him"
    r"|her|them|this)|move on|"
    r"let go|apologi\w+|sorry|quit|job|career|myself|him|her|she|he|confiden\w+|self|motivat\w+|purpose|point|meaning|"
    r"happen\w*|unfair|fair|cruel|mean)\b"
)
DEEP = re.compile(
    r"(?<!battery )(?<!shelf )\blife\b(?! ?span|time)|\b(?:grief|grieving|loss of (?:a|my)|cope|coping"
    r"|with loss|lonel\w+|sadness|heartbreak|heartache|"
    r"broken heart|happiness|anxiety|depress\w+|panic attacks?|self esteem|the point|get(?:s"
    r"|ting)? (?:any )?(?:better|easier)|"
    r"ever (?:stop|end|pass)|stop hurting|so (?:unfair|cruel|mean|hard to)|sleep(?:ing)? better"
    r"|who am i|forgive|trust (?:anyone|people)|move on|let go)\b"
)
"""What is asked of the heart although nobody is named."""
DECIDE = re.compile(
    r"^(?:should|shall|ought) (?:i|we)\b|\bwhat (?:should|shall|can|could|would|do|did|am|will|must) (?:i|we|you)\b.*"
    r"\b(?:do|say|tell|think|make of|try|change|next|supposed)\b|\bwhat now\b|^(?:what"
    r"|how) would you (?:do|feel|react)\b|"
    r"^how (?:do|can|could|should|would|will|am|did|to) ?(?:i|we|you)?\b|^any (?:advice|ideas?|tips|suggestions)\b|"
    r"^what(?:'s| is) the (?:best|right) (?:way|thing)\b|^where (?:do|can|should|could|would) i\b"
    r"|^who (?:can|could|should|would) i\b"
)
_FUTURE = re.compile(
    r"^(?:will|would|when (?:will|do|does|can)|does|do|is|can|could|how long (?:will|does|do"
    r"|until))\b.*\b(?:ever|again|get|gets|stop|better|easier|end|pass|fade|happy|find|over|forever"
    r"|hope)\b|^what if\b"
)
_NORMAL = re.compile(
    r"^(?:is|was|isn't|would|am|are|was|were|did|have|do|does|could|can|might) (?:it|that|this|i|we|my"
    r"|me|something|everything)\b|"
    r"^what(?:'s| is) wrong with\b|^who am i\b|^what(?:'s| is) (?:the (?:point|matter|use|meaning)"
    r"|my (?:problem|purpose|fault))\b|^what (?:did|have) i (?:do|done)\b"
)


def side_asked(rest: str, opinion: bool = False) -> Personal:
    """Return which side of the user's life a question, without its lead, is about; `opinion`: what one thinks of it."""
    if _FUTURE.match(rest):
        return "future"
    if rest.startswith("why") or rest.startswith("how come"):
        others = re.match(
            r"^(?:why|how come) (?:\w+ )?(?:he|she|my \w+|they|people|everyone|everybody|nobody|no one)\b", rest
        )
        return "others" if others and not SPEAKER.search(re.sub(r"\bmy\b", "", rest)) else "why"
    if DECIDE.search(rest):
        return "decide"
    if not opinion and _NORMAL.match(rest):
        return "normal"
    if opinion and not re.match(
        r"^(?:that )?(?:he|she|they|my|people|everyone|anyone|someone|nobody|it's her|it's his)\b", rest
    ):
        return "future" if re.search(r"\b(?:will|'ll|ever|again|going to)\b", rest) else "normal"
    return "others" if PEOPLE.search(rest) else "normal"
