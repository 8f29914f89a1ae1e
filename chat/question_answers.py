"""What is said to a question or a request that Moodlens cannot meet: honest, kind, and never a nod.

It reads moods and looks things up in reviews; it knows nothing of the world, does no errands, and decides nobody's
life. So a question about the world and a request are declined with a next step, and a question about the user's own
life gets words that take it seriously and hand it back. Other words each time as long as they last, by the message.
"""

import json
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path

from backends.contracts import Turn
from backends.weights import shipped_folder
from chat.questions import Kind, kind
from chat.variety import next_of
from settings import Settings

NAME = "written-answers"
"""The model name these answers carry."""

_ANSWERS: dict[Kind, tuple[str, ...]] = {
    "fact": (
        "That I don't know: I read moods and look things up in these reviews. Ask me what reviewers say about a "
        "product, or tell me how your day went.",
        "I don't know that one, and I'd rather say so than guess. What I can look up is what customers wrote here.",
        "My knowledge ends at the reviews of this library, and that lies outside. A search engine will have it in "
        "seconds.",
        "There I have to pass: nobody taught me facts about the world. I know moods, and what these reviews say.",
        "Good question, wrong program, I'm afraid. I can tell how a text feels and find reviews; this is neither.",
        "I can't answer that, because I only know what stands in these reviews. Is there a product I could look up?",
        "That is beyond me. I was made to read the mood of words and to quote reviewers, nothing else.",
        "I have no answer to that, and a made-up one would not help you. An encyclopedia or a search will know.",
        "Not something I know. If there is a feeling behind the question, that I would gladly hear about.",
        "I'd only be guessing there. What reviewers think of a product is a thing I can really look up.",
        "That one I must leave open: I have the reviews and an ear for moods, but no general knowledge.",
        "I don't have that information. You could ask me which products are reviewed here and take it from there.",
        "No idea, honestly. My world is small: customer reviews, and the mood in what you write.",
        "Somebody else will have to answer that; I can't. Shall we look at what customers wrote instead?",
    ),
    "request": (
        "That I can't do: I read moods and look things up in these reviews. Ask me what reviewers say about a product, "
        "for example.",
        "I'm not able to do that for you, I'm sorry. I can listen, and I can search the reviews.",
        "That is more than I can do; my replies were written beforehand. Finding reviews by mood is what I'm good at.",
        "I'd have to disappoint you there: I carry out no tasks. If you name a product, I'll look up its reviews.",
        "Such things are beyond me, I'm afraid. What I can offer is an open ear and a look into the reviews.",
        "I can't help with that one. A program made for it will do it better. Is there something in the reviews that "
        "you would like to know?",
        "Sorry, that's not in me. Two things are: telling the mood of a text, and quoting what customers wrote.",
        "I don't do that, and would rather say so at once. Ask me about a product, or tell me what's on your mind.",
        "That request goes past what I was made for. I stay with moods and reviews.",
        "There I'm of no use to you. Try me with a product that you wonder about, or simply with your day.",
    ),
    "identity": (
        "I'm a program, not a person: the chat of Moodlens. I guess the mood of your words and choose among replies "
        "that people wrote.",
        "There is no human at this end. I'm Moodlens, software that reads moods and looks things up in customer "
        "reviews.",
        "A program, through and through. What I say was written beforehand by people; I only pick what seems to fit.",
    ),
    "ability": (
        "Two things: I listen and answer to the mood of your words, and I look things up in the customer reviews of "
        "this library. Ask me what people say about a product, or how many reviews there are.",
        "I can tell you what reviewers write about a product, which one is rated best, and how their texts feel. And I "
        "can listen to how your day went.",
        "Looking into the reviews is my trade, and listening comes with it. Facts of the world, errands and advice are "
        "not. What would you like to try?",
    ),
    "help": (
        "I'd like to, as far as a program can: by listening, and by looking into the reviews. What is it about?",
        "With an open ear, gladly. Tell me what has happened, or which product you wonder about.",
        "I can try. Say in a few words what troubles you, and if it is more than words can help with, I'll say so.",
    ),
    "program": (
        "I'm a program, so there is little to tell about me: I read moods and look things up in reviews. What about "
        "you?",
        "That would be a question for a person. I have no life, no tastes and no past; I pick written replies that fit "
        "your words.",
        "Being a program, I have nothing of that kind. How is it on your side?",
        "I can't say anything about myself there: I'm software that guesses the mood of words. How is it with you?",
        "There is no one behind these lines who could have that. I read your words, and search reviews when you "
        "ask. What made you "
        "think of it?",
        "I'm only the chat of Moodlens, with no experience of my own. What was it like for you?",
        "Nothing to report from here; programs neither live nor remember beyond the conversation. And you?",
    ),
    "greeting": (
        "I'm a program, so I'm always about the same, but thank you for asking. How are you today?",
        "Ready to listen, as programs are. How is your day going?",
        "All in working order here, thanks. And how are things with you?",
    ),
    "clarify": (
        "I may have put that badly; my replies are chosen by a program and can miss. What would you "
        "like to talk about?",
        "Fair question. I reply to the mood I read in your words, and I can misread it. Tell me how you meant it.",
        "I can't give you a good reason: I pick written replies that seem to fit, and this one may not have. Shall we "
        "try again?",
        "Let me take a step back; that may not have fitted. What matters most to you just now?",
    ),
    "decide": (
        "I can't decide that for you, but it clearly matters to you. What would you like to have come of it?",
        "That is yours to decide, and it's no small thing. Which way do you lean when nobody is asking?",
        "I wish I had the answer; a program can't know what is right here. What have you tried or thought of so far?",
        "There may be no perfect way. What would you say to a good friend who asked you just that?",
        "It's a good sign that you think before you act. What is the smallest step that would feel right?",
        "I'm not the one to advise you, but I can listen while you weigh it up. What speaks for it, and what against?",
        "Such things are hard to settle alone. Is there someone who knows you well and could think it "
        "through with you?",
        "I won't pretend to know. What are you most afraid of, and what do you hope for?",
    ),
    "why": (
        "I can't see the reason from here, and there may be more than one. It sounds as if it weighs on you. When did "
        "you first notice it?",
        "I don't know why, and I'm sorry that you have to ask. What was happening around the time it began?",
        "That question can go round and round in one's head. I have no answer, but I'd like to hear what brings it up "
        "today.",
        "Whys of that kind seldom have a quick answer. Is it with you all the time, or are there better hours?",
        "I wish I could tell you. It isn't silly to ask, and you need not have the answer tonight. What hurts most "
        "about it?",
        "Hard to say from outside, and I only have your words. What do you suspect yourself?",
        "I can't tell, but you don't have to carry that question alone. Is there somebody you could say it to as well?",
    ),
    "others": (
        "I can't look into another person's heart, and not knowing is tiring. What have you seen or heard that makes "
        "you ask?",
        "What goes on in other people I can't tell. It clearly matters to you, though. Could you ask them?",
        "Only they could answer that. How is it for you, not to know?",
        "I wish I could say. People have reasons that one does not see from outside. What would you like it to be?",
        "I don't know them, and even those who do can be wrong. What does your own feeling say?",
        "That must keep you busy inside. I can't know what they think, but I can hear what it does to you.",
        "From here I can't tell. Has something happened lately that started the question?",
    ),
    "future": (
        "I can't see ahead, and I won't promise what nobody can know. I hope so with you. What would be a first sign "
        "that it is getting better?",
        "Nobody can say for sure, me least of all. It does sound as if it has been long already. What helps you get "
        "through the day?",
        "I wish I knew. Things seldom stay exactly as they are, though that is little comfort now. How long has it "
        "been like this?",
        "That I can't foresee. It's an understandable thing to be anxious about. What would you need most until then?",
        "I have no way of knowing, and waiting for it is hard. Who is with you in this?",
    ),
    "normal": (
        "I can't judge that from outside, but asking it shows how much it matters to you. What makes you doubt?",
        "I'm in no position to judge you, and wouldn't want to. What would you say to a friend who asked this?",
        "People ask themselves that more often than they admit. What happened that you ask it today?",
        "I can't tell you what is so, only that you seem to be hard on yourself there. Who or what made you think it?",
        "That is a heavy thing to wonder about. I can't settle it, but I'm listening. What weighs most?",
        "I don't know, and one look at a few words would be no fair judgement. What speaks against it?",
    ),
}


def answer(message: str, history: Sequence[Turn], *, moved: bool = False) -> tuple[Kind, str] | None:
    """Return the kind of a question or request and what is said to it, or None where the usual reply should follow.

    Args:
        moved: whether the words carry a strong low emotion; see `chat.questions.kind`.
    """
    found = kind(message, moved=moved)
    if found == "talk":
        return None
    texts = _ANSWERS[found]
    first = int.from_bytes(blake2b(message.encode(), digest_size=4).digest()) % len(texts)
    turned = (*texts[first:], *texts[:first])
    return found, next_of(turned, history)


@cache
def _information(path: Path) -> tuple[str, ...]:
    return tuple(row["text"] for row in json.loads(path.read_text("utf-8")) if row["need"] in ("inform", "thank"))


def informs(reply: str, settings: Settings) -> bool:
    """True if a written reply says what Moodlens is or does, and so answers a question."""
    return any(text in reply for text in _information(shipped_folder(settings, "replies") / "replies.json"))
