"""The fixed texts for a danger, for whoever is in it and for whoever worries about somebody else, with helplines by
country: in English, in Korean and, shorter, in the languages of `chat.abroad`.
"""

import re
from collections.abc import Sequence
from functools import cache

from backends.contracts import Turn
from chat import abroad
from chat.english import english_part
from chat.exchange import Crisis
from chat.variety import unused
from emotion.language import detect

KINDS: tuple[Crisis, ...] = ("self_harm", "abuse", "violence")
"""The dangers, in the order in which they are looked for."""

HELPLINES = """\
- **United States, Canada:** call or text 988
- **United Kingdom, Ireland:** Samaritans, 116 123
- **South Korea:** 109, or 1577-0199
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

_FOR_ANOTHER: dict[Crisis, str] = {
    "self_harm": f"""\
Thank you for looking out for them. I'm only a program; this is what helplines advise.

If they might act on it, or are already hurt, please call your emergency number ({EMERGENCY}), and stay with them if \
that is safe, or ask someone near them to.

If there is time, talk with them soon. You may ask straight out: "Are you thinking of ending your life?" Asking does \
not put the thought there. Listen without judging, promise no secrecy, and help them reach one of these; you can call \
them yourself as well and ask what to do:

{HELPLINES}

Help to put distance between them and anything they could use to hurt themselves. And you don't have to carry this \
alone: tell one person you trust.""",
    "abuse": f"""\
Thank you for not looking away. What you describe should not happen to anyone.

If someone is in danger now, please call your emergency number ({EMERGENCY}). Don't step in between if that could \
put you or them at risk.

For a child, the police, the school or a child protection office can look into it; you need no proof to tell them. An \
adult can be told quietly that you believe them, that it is not their fault and that help exists; what to do is for \
them to decide. I'm only a program; these people can tell you more:

{HELPLINES}""",
    "violence": f"""\
Thank you for telling. A threat like that should be taken seriously, and by people rather than by a program.

If it may happen soon, or anyone is in danger, please call your emergency number now ({EMERGENCY}), and keep yourself \
and others away. Don't try to stop it on your own.

Tell what you know, word for word, to the police or to those responsible for the place it is about; you may report it \
even if you are not sure. If it weighs on you, people will listen:

{HELPLINES}""",
}
"""For someone who worries about another person."""

_KOREAN_HELPLINES = """\
- **자살예방 상담전화:** 109 (24시간)
- **정신건강 위기상담전화:** 1577-0199 (24시간)
- **여성긴급전화** (가정폭력·성폭력): 1366 (24시간)
- **해외에 계신다면:** findahelpline.com"""

_KOREAN_ANSWERS: dict[Crisis, str] = {
    "self_harm": f"""\
이야기해 주셔서 고맙습니다. 가볍게 여기지 않습니다. 저는 프로그램일 뿐이라, 지금은 곁에 있어 줄 사람이 필요합니다.

바로 위험하거나 이미 다치셨다면 119나 112로 전화해 주세요.

비난하지 않고 들어 줄 사람들이 있습니다:

{_KOREAN_HELPLINES}

가능하다면 자신을 해칠 수 있는 물건에서 떨어져 있고, 믿는 사람 한 명에게 "괜찮지 않아"라고만이라도 말해 주세요.""",
    "abuse": f"""\
말해 주셔서 정말 다행입니다. 누구도 그런 일을 겪어서는 안 되며, 당신의 잘못이 아닙니다.

지금 위험하다면 112로 전화하거나 사람들이 있는 곳으로 가 주세요. 말하기 어렵다면 112에 문자를 보낼 수 있습니다.

저는 프로그램일 뿐입니다. 이분들이 듣고 도움을 찾아 줄 수 있습니다:

{_KOREAN_HELPLINES}

무엇을 언제 이야기할지는 당신이 정합니다.""",
    "violence": f"""\
여기에 적어 주셔서 고맙습니다. 심각한 일로 들리며, 프로그램이 아니라 사람이 도와야 하는 일입니다.

누군가 위험하다면 지금 112나 119로 전화하고, 안전한 곳으로 피해 주세요.

스스로도 무서운 생각이나 너무 커진 화 때문이라면, 비난 없이 들어 줄 사람들이 있습니다:

{_KOREAN_HELPLINES}""",
}

_KOREAN_FOR_ANOTHER: dict[Crisis, str] = {
    "self_harm": f"""\
그분을 걱정하고 이야기해 주셔서 고맙습니다. 저는 프로그램일 뿐이지만, 상담 기관들이 권하는 것을 적습니다.

그분이 바로 위험하거나 이미 다쳤다면 119나 112로 전화하고, 안전하다면 곁에 있어 주세요.

시간이 있다면 곧 이야기를 나눠 보세요. "죽고 싶다는 생각을 하고 있어?"라고 직접 물어도 괜찮습니다. \
묻는다고 그런 생각이 생기지는 않습니다. 비난하지 말고 들어 주시고, 비밀로 하겠다고 약속하지 \
마세요. 걱정하는 사람도 전화할 수 있습니다:

{_KOREAN_HELPLINES}

혼자 감당하지 말고, 믿는 사람 한 명에게도 알려 주세요.""",
    "abuse": f"""\
외면하지 않고 말해 주셔서 고맙습니다. 누구도 그런 일을 겪어서는 안 됩니다.

누군가 지금 위험하다면 112로 전화해 주세요. 직접 끼어드는 것은 당신이나 그분을 위험하게 할 수 있습니다.

아이가 걱정된다면 112(아동학대 신고)에 알릴 수 있고, 증거는 없어도 됩니다. 어른이라면 당신이 그 말을 믿는다는 것, \
그분의 잘못이 아니라는 것을 조용히 전해 주세요. 이분들이 더 알려 줄 수 있습니다:

{_KOREAN_HELPLINES}""",
    "violence": f"""\
알려 주셔서 고맙습니다. 그런 위협은 심각하게 받아들여야 하며, 프로그램이 아니라 사람이 도와야 합니다.

곧 일어날 수 있거나 누군가 위험하다면 지금 112로 전화하고, 안전한 곳에 있어 주세요. 혼자 막으려고 하지 마세요.

마음이 무거우면 들어 줄 사람들이 있습니다:

{_KOREAN_HELPLINES}""",
}
_HANGUL = re.compile("[가-힣]")


AFTERCARE = (
    "I'm still here. Have you been able to reach someone, or is there a person who could come and sit with you?",
    "Thank you for staying in touch. The numbers above are there at any hour, and you may call just to hear a voice.",
    "Let's keep it very small: a glass of water, a lit room, one message to someone you trust. I'm still listening.",
)
"""What the turns after a crisis are answered with, before the conversation goes on as usual."""
AFTERCARE_FOR_ANOTHER = (
    "I'm still here. Have you been able to reach them, or someone who is near them?",
    "Thank you for staying with it. The numbers above are for those who worry about somebody, too.",
)
KOREAN_AFTERCARE = (
    "아직 여기 있습니다. 누군가와 연락이 되셨나요? 지금 와서 곁에 있어 줄 사람이 있나요?",
    "계속 이야기해 주셔서 고맙습니다. 위의 번호는 언제든 열려 있고, 그저 목소리를 듣고 싶을 때 전화해도 됩니다.",
    "아주 작은 것부터 해요. 물 한 잔, 불 켜진 방, 믿는 사람에게 보내는 짧은 문자 하나. 계속 듣고 있습니다.",
)

OFFER_ABROAD = (
    "If you or someone near you is in danger: findahelpline.com lists free helplines by country, in many languages."
)
"""Said to a message in another language that holds a word of a danger."""


def answer(kind: Crisis, message: str, *, another: bool) -> str:
    """Return the fixed text for a danger: Markdown, with helplines by country, in the language of the message if
    there is a text in it.

    Args:
        kind: the danger.
        message: what was said.
        another: True if it speaks of the danger of somebody else.
    """
    if _HANGUL.search(message):
        return (_KOREAN_FOR_ANOTHER if another else _KOREAN_ANSWERS)[kind]
    if language := _language(message):
        return _abroad(language)
    return (_FOR_ANOTHER if another else _ANSWERS)[kind]


def _language(message: str) -> str | None:
    """Return which language of `chat.abroad` a message speaks of a danger in, or is in where English rules met it."""
    if found := abroad.cry(message):
        return found.language
    if not message or english_part(message):
        return None
    return next((one for one in detect([message]) if one in abroad.languages()), None)


@cache
def _abroad(language: str) -> str:
    return f"{abroad.answer(language)}\n\nIn English, for other countries:\n\n{HELPLINES}"


def aftercare(history: Sequence[Turn], message: str = "") -> str | None:
    """Return what to say if one of the last two replies was a text for a danger, or None when that is past.

    It is said in Korean to who writes Korean or was answered in it, and once in another language after a text in it.
    """
    last = [turn.text for turn in history if turn.role == "assistant"][-2:]
    if _HANGUL.search(message) and any(_answers(reply) for reply in last):
        return unused(KOREAN_AFTERCARE, history)
    return next((unused(care, history) for reply in last if (care := _answers(reply))), None)


def _answers(reply: str) -> Sequence[str]:
    """Return what follows a reply if it is a text for a danger, else nothing."""
    if reply in _ANSWERS.values():
        return AFTERCARE
    if reply in _FOR_ANOTHER.values():
        return AFTERCARE_FOR_ANOTHER
    if reply in _KOREAN_ANSWERS.values() or reply in _KOREAN_FOR_ANOTHER.values():
        return KOREAN_AFTERCARE
    return next(((abroad.aftercare(one),) for one in abroad.languages() if reply == _abroad(one)), ())
