"""Questions for a doctor, a lawyer or an adviser are passed on; naming one is not asking one."""

import pytest

from backends.contracts import Turn
from chat import advice
from chat.converse import converse
from chat.crisis_answers import EMERGENCY
from settings import Settings

EMERGENCIES = (
    "I have chest pain and my left arm is numb.",
    "My chest hurts and I can't breathe",
    "my baby isn't breathing!!",
    "My grandma's face is drooping and her arm went numb",
    "He has slurred speech since this morning",
    "I keep coughing up blood",
    "the cut won't stop bleeding",
    "My son swallowed a battery",
    "She drank some bleach by mistake",
    "I think my throat is closing",
    "my dad is having a heart attack",
    "My daughter is unconscious and I'm alone",
    "I took too many pills by accident",
    "I'm struggling to breathe since the bee sting",
)
MEDICAL = (
    "How many ibuprofen can I take for this headache?",
    "Should I stop taking my antidepressants?",
    "Can I mix aspirin and wine?",
    "What dose is right for a child of six?",
    "Do I have cancer?",
    "I'm always tired. Could it be diabetes?",
    "Am I bipolar?",
    "is this contagious",
    "Should I see a doctor about my knee?",
    "Could you diagnose my rash?",
    "I need some medical advice",
    "How do I treat a burn?",
    "Which painkillers are safe for pregnant women?",
    "My head has been hurting for three days, which painkiller should I take?",
    "Do I have ADHD? I can't concentrate at all.",
    "Is ibuprofen safe with alcohol?",
    "How much insulin should I inject?",
    "My rash is spreading, what cream should I use?",
)
LEGAL = (
    "Can I sue the airline?",
    "My landlord kept my deposit, is that legal?",
    "What are my rights when they fire me?",
    "Should I press charges?",
    "I want legal advice about my divorce",
    "My dog bit the postman, what does the law say?",
)
FINANCIAL = (
    "Should I buy more bitcoin?",
    "Where should I invest 10,000 dollars?",
    "Which stocks should I pick?",
    "Should we take out a loan for this?",
    "can you give me financial advice",
)
NOTHING = (
    "My doctor was rude to me.",
    "The doctor says she will be fine!",
    "I went into the hospital with chest pain last year, all good now.",
    "This dress is so tight, I can't breathe. Too tight!",
    "I laughed so hard I couldn't breathe",
    "I can't breathe, that film was hilarious",
    "He is not responding to my calls",
    "The smell made me feel like I was choking",
    "It broke my heart",
    "My boss is a pain in the neck",
    "I'm numb since she left.",
    "My lawyer friend got promoted!",
    "She invested so much love in this",
    "What do customers say about the pills box?",
    "Is it legal to be this happy?",
    "I am studying medicine and passed my exams",
    "I took my medication and went to bed",
    "This blender is sick",
    "The charger died after two days",
    "My dog is sick and I am so worried",
    "I'm allergic to Mondays",
    "Should I buy the red or the blue kettle?",
    "What helps when you miss someone?",
    "How do I heal from this?",
    "Should I see my ex again?",
    "Do I have to smile all day?",
    "I sold my old car today",
    "How can I treat my wife on her birthday?",
)


@pytest.mark.parametrize(
    ("kind", "messages"),
    [("emergency", EMERGENCIES), ("medical", MEDICAL), ("legal", LEGAL), ("financial", FINANCIAL), (None, NOTHING)],
)
def test_each_message_goes_where_it_belongs(kind: str | None, messages: tuple[str, ...]) -> None:
    assert {message: advice.matter(message) for message in messages} == dict.fromkeys(messages, kind)


def test_an_emergency_gets_the_numbers_before_anything_else(session_settings: Settings) -> None:
    exchange = converse("I have chest pain and my left arm is numb.", [], session_settings)
    assert EMERGENCY in exchange.response
    assert exchange.response.startswith("This could need a doctor right away")
    assert "responder" not in exchange.metadata.models


def test_a_question_for_a_doctor_is_passed_on_in_other_words_each_time(session_settings: Settings) -> None:
    first = converse("How many ibuprofen can I take for this?", [], session_settings)
    second = converse("And should I double the pills?", [first], session_settings)
    assert first.response.startswith("I can't give medical advice")
    assert second.response.startswith("That one belongs with a doctor")


def test_used_up_answers_begin_again() -> None:
    said = [Turn("assistant", text) for text in advice._ANSWERS["legal"]]
    assert advice.answer("legal", said) == advice._ANSWERS["legal"][0]
