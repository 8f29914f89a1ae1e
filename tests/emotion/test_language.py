"""Languages told apart: ten and more by value, no English review called foreign, odd texts undetermined."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from emotion.language import NAMES, detect, is_foreign
from tests.chat.crisis_table import HARMLESS
from tests.emotion.foreign_phrases import PHRASES
from tests.source import ROOT

REVIEWS = {
    "es": ("El pedido llegó tarde y la caja estaba rota.", "No funciona, quiero que me devuelvan el dinero."),
    "fr": ("La livraison a pris trois semaines, c'est inadmissible.", "Le service client ne répond jamais."),
    "de": ("Die Lieferung kam viel zu spät und das Paket war kaputt.", "Funktioniert leider nicht."),
    "it": ("Il pacco è arrivato rotto e nessuno risponde.", "Ottimo prodotto, lo consiglio a tutti."),
    "pt": ("O produto chegou quebrado e ninguém responde.", "Não funciona, quero meu dinheiro de volta."),
    "nl": ("De levering duurde drie weken en de doos was kapot.", "Het werkt niet, ik wil mijn geld terug."),
    "ko": ("배송이 너무 늦고 상자가 부서졌어요.", "ㅋㅋㅋㅋㅋㅋ..."),
    "ja": ("配送が遅くて箱が壊れていました。", "最高です!"),
    "zh": ("快递太慢了,盒子也坏了。", "很满意!"),
    "ar": ("وصل الطلب متأخرا وكانت العلبة مكسورة.", "جودة رديئة."),
    "ru": ("Доставка заняла три недели, коробка была сломана.", "Плохое качество."),
    "tr": ("Kargo çok geç geldi ve kutu kırıktı.", "Müşteri hizmetleri berbattı."),
    "pl": ("Dostawa trwała trzy tygodnie, a pudełko było uszkodzone.", "Nie działa, chcę zwrotu pieniędzy."),
    "vi": ("Giao hàng quá chậm và hộp bị vỡ.", "Chất lượng kém."),
}


@pytest.mark.parametrize("language", REVIEWS)
def test_reviews_in_other_languages_are_recognised(language: str) -> None:
    assert detect(REVIEWS[language]) == [language] * 2
    assert is_foreign(language)


def test_no_shipped_review_or_title_is_called_foreign() -> None:
    with (ROOT / "data/reviews.csv").open(encoding="utf-8", newline="") as file:
        texts = [row[column] for row in csv.DictReader(file) for column in ("text", "title")]
    assert [text for text, language in zip(texts, detect(texts), strict=True) if is_foreign(language)] == []


def test_short_english_is_never_called_foreign() -> None:
    texts = ["great!", "ok", "OK", "meh", "A+", "Super nice", "Alexa", "iPad mini", "Fantastic", "loooove it", "na"]
    texts += ["My laptop died", "my dog ran away", "they lied", "the zip broke"]
    assert [language for language in detect(texts) if is_foreign(language)] == []


@pytest.mark.parametrize(
    "text", ["", "   ", "😀😀👍", "4.5/5 $$$", "\u200f\u200e", "\x00\x07", "&nbsp;<br/>", "!" * 10_000]
)
def test_a_text_without_words_is_undetermined(text: str) -> None:
    assert detect([text]) == ["und"]
    assert not is_foreign("und")


def test_markup_and_links_do_not_count() -> None:
    text = (
        '<div class="review">Die Lieferung kam viel zu sp&auml;t und war kaputt. https://www.example.com/the-best</div>'
    )
    assert detect([text]) == ["de"]


def test_ten_thousand_repeated_characters_and_control_characters_are_not_foreign() -> None:
    assert not any(
        map(is_foreign, detect(["a" * 10_000, "so goo" + "o" * 5_000 + "d", "It\x00 broke\x07 after a week"]))
    )


def test_every_answer_has_a_name_and_threads_agree() -> None:
    texts = [text for pair in REVIEWS.values() for text in pair] * 5
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(detect, [texts] * 4))
    assert answers == [detect(texts)] * 4
    assert set(answers[0]) <= set(NAMES)


MISSED = {
    "No funciona.", "la bateria no dura nada", "Camera sporca e rumorosa", "La batteria dura poco", "Chegou quebrado",
    "De kamer was vies", "Jestem smutny", "Rummet var smutsigt",
}  # fmt: skip
"""Too little in them that English lacks."""


def test_short_texts_in_other_languages_are_called_foreign() -> None:
    said = [text for texts in PHRASES.values() for text in texts]
    assert len(said) == len(set(said)) == 60
    assert {text for text, language in zip(said, detect(said), strict=True) if not is_foreign(language)} == MISSED


def test_the_commonest_words_of_a_language_name_it() -> None:
    texts = ["El vuelo se retrasó cinco horas, pésimo.", "Otel harika", "bonjour", "Nie wieder!", "Ottimo prodotto"]
    assert detect(texts) == ["es", "tr", "fr", "de", "it"]


def test_of_the_short_lines_of_the_chat_only_the_foreign_ones_are_called_so() -> None:
    replies = json.loads((ROOT / "data/models/replies/replies.json").read_text("utf-8"))
    lines = sorted({cue for reply in replies for cue in reply["cues"]} | set(HARMLESS))
    found = [text for text, language in zip(lines, detect(lines), strict=True) if is_foreign(language)]
    assert len(lines) > 4_000
    assert found == ["sprechen Sie Deutsch", "아 더워 죽겠다", "좋아 죽겠어", "피곤해 죽을 것 같아"]


@pytest.mark.parametrize(
    "text",
    [
        "the crème brûlée was great", "Café latte", "Nestlé chocolate", "My friend Zoë", "Los Angeles, La Scala",
        "Las Vegas", "naïve and blasé", "a gut feeling", "Bravo, amigo!", "Müller is good", "la la la",
        "¯_(ツ)_/¯ cool", "A.d.o.r.a.b.l.e!!!", "die hard", "Girly bra", "El Paso", "no me",
    ],
)  # fmt: skip
def test_names_loan_words_and_look_alikes_stay_english(text: str) -> None:
    assert not is_foreign(detect([text])[0])
