"""Short texts in other languages, as reviews and chat messages have them; written for this test."""

PHRASES = {
    "es": (
        "El vuelo se retrasó cinco horas, pésimo.", "Muy mala atención.", "Me encanta este café.", "No funciona.",
        "Hola, ¿qué tal?", "Buen precio y llega rápido", "la bateria no dura nada", "Estoy muy triste hoy",
    ),
    "tr": (
        "Otel harika", "Çok güzel bir ürün", "Kargo geç geldi", "Hiç memnun kalmadım.", "Merhaba", "Berbat bir deneyim",
        "ürün bozuk çıktı", "Bugün çok mutluyum",
    ),
    "fr": (
        "bonjour", "Très déçu du produit.", "Livraison rapide, merci", "Je suis triste", "Ça ne marche pas",
        "Chambre sale et bruyante", "C'est génial !", "Le son est mauvais",
    ),
    "de": (
        "Leider kaputt", "Das Zimmer war schmutzig", "Sehr gute Qualität", "Ich bin traurig", "Guten Morgen",
        "Nie wieder!", "Schöne Farbe, passt gut", "Lieferung kam zu spät",
    ),
    "it": (
        "Ottimo prodotto", "Non funziona", "Camera sporca e rumorosa", "Sono molto felice", "Grazie mille",
        "La batteria dura poco", "Pessimo servizio", "Spedizione veloce",
    ),
    "pt": (
        "Produto péssimo", "Não gostei", "Chegou quebrado", "Estou muito feliz", "Obrigado!", "Muito bom",
        "O quarto estava sujo", "A bateria não dura nada",
    ),
    "nl": ("Heel slecht product", "Ik ben verdrietig", "Het werkt niet", "De kamer was vies"),
    "pl": ("Nie działa", "Bardzo dobry produkt", "Jestem smutny", "Polecam wszystkim"),
    "sv": ("Mycket bra", "Det fungerar inte", "Jag är ledsen", "Rummet var smutsigt"),
}  # fmt: skip
