"""What identifies a person is replaced; prices, dates, order numbers and sizes stay."""

import pytest

from rag.redact import is_card, redact


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("write to jo.doe+shop@mail.example.org!", "en", "write to [email]!"),
        ("call 650-253-0000 or (650) 253-0000 now", "en", "call [phone] or [phone] now"),
        ("ring me on 020 7031 3000", "en", "ring me on [phone]"),
        ("Ruf mich an: 030 123456", "de", "Ruf mich an: [phone]"),
        ("+82 10-1234-5678 연락주세요", "ko", "[phone] 연락주세요"),
        ("my card 4111 1111 1111 1111 and 5500-0000-0000-0004", "en", "my card [card] and [card]"),
        ("Reach me on 0412 345 678", "en", "Reach me on [phone]"),
        ("My mobile is 98765 43210", "en", "My mobile is [phone]"),
        ("Phone me on 087 123 4567", "en", "Phone me on [phone]"),
        ("My number is 020 7946 0018", "en", "My number is [phone]"),
        ("Mi teléfono es 912 345 678", "es", "Mi teléfono es [phone]"),
        ("Ring til mig på 32 12 34 56", "da", "Ring til mig på [phone]"),
        ("ok? 650-253-0000", "und", "ok? [phone]"),
    ],
)
def test_personal_data_is_replaced(text: str, language: str, expected: str) -> None:
    assert redact(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I paid $1,299.00 on 12/24/2024 and 10 000 000 won",
        "order 112-3456789-1234567 and Order #2025550123 never came",
        "measurements 38-30-40, 36 24 36, 5'8\", 120 130 140 lbs",
        "model 5551234567, serial 6502530000, UPC 012345678905, ISBN 978-3-16-148410-0",
        "tracking 1Z999AA10123456784 and 9400 1000 0000 0000 0000 00",
        "on 2019-05-01 10:20:30 it said 20.50/30.75/40.00",
        "mail@shop and @handle, 50% off, 4 out of 5",
        "card 4111 1111 1111 1112",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert redact(text, "en") == text
    assert redact(text, "de") == text


def test_the_luhn_checksum() -> None:
    assert [is_card(f"411111111111111{last}") for last in range(10)] == [last == 1 for last in range(10)]
    assert is_card("0000 0000 0000 0000") is False
