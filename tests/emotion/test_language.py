"""Languages told apart: ten and more by value, no English review called foreign, odd texts undetermined."""

import csv
from concurrent.futures import ThreadPoolExecutor

import pytest

from emotion.language import NAMES, detect, is_foreign
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
