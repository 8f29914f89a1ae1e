"""The names review files give their columns, in the languages and exports met most often. Data, no logic.

Names are written as `rag.columns.plain_name` writes them: lower case, words split, no accents. Order is preference.
"""

from collections.abc import Mapping
from types import MappingProxyType

ROLES = ("text", "id", "title", "product", "category", "date", "rating", "channel")

KNOWN_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "text": (
            "review text", "reviews text", "review body", "review content", "review comment", "text", "body", "review",
            "reviews", "content", "comment", "comments", "customer comment", "feedback", "customer feedback", "message",
            "verbatim", "opinion", "tweet", "description", "review description", "answer", "response", "post",
            "negative review", "positive review", "full text", "sentence", "phrase", "statement", "document",
            "kommentar", "rezension", "bewertungstext", "nachricht", "bewertung",
            "commentaire", "avis", "texte", "contenu",
            "resena", "comentario", "comentarios", "opiniones", "texto",
            "recensione", "commento", "testo",
            "avaliacao", "conteudo",
            "recensie", "opmerking", "tekst", "tresc", "recenzja", "opinia", "yorum", "yorumlar",
            "отзыв", "текст", "комментарии", "комментарий",
            "리뷰", "리뷰내용", "리뷰 내용", "후기", "내용", "댓글", "본문",
            "レビュー", "レビュー本文", "本文", "コメント", "口コミ", "内容",
            "评论", "评论内容", "評論", "留言", "评价",
            "تعليق", "مراجعة", "النص", "ביקורת", "תגובה",
        ),
        "id": (
            "id", "review id", "reviews id", "reviewid", "unique id", "uid", "uuid", "guid", "key", "tweet id",
            "comment id", "feedback id", "response id", "respondent id", "ticket id", "record id", "ref", "reference",
            "reference id", "reference no", "reference number", "ref no", "ref nr", "review ref", "review no",
            "review nr", "review number", "case", "case id", "case no", "case number", "ticket", "ticket no",
            "ticket number", "booking", "booking id", "booking ref", "booking reference", "booking no",
            "booking number", "confirmation number", "referenz", "buchung", "buchungsnummer", "vorgang",
            "vorgangsnummer", "row id", "nr", "number", "no", "nummer", "s no", "index",
        ),
        "title": (
            "title", "review title", "reviews title", "headline", "review headline", "subject", "summary",
            "review summary", "heading", "titel", "uberschrift", "betreff", "titre", "titulo", "asunto", "titolo",
            "tytul", "baslik", "заголовок", "제목", "タイトル", "件名", "标题", "標題", "العنوان", "כותרת",
        ),
        "product": (
            "product", "product name", "product title", "item", "item name", "hotel", "hotel name", "airline",
            "airline name", "property", "property name", "restaurant", "restaurant name",
            "app", "app name", "drug name", "movie", "movie title",
            "book", "book title", "game", "place", "place name", "venue", "company", "company name", "business",
            "business name", "store name", "service", "model", "name", "product id", "asin", "parent asin", "sku",
            "item id", "clothing id", "hotel id", "app id", "business id", "movie id", "brand", "brand name",
            "produkt", "produktname", "artikel", "produit", "article", "producto", "articulo", "prodotto", "articolo",
            "produto", "produto nome", "urun", "товар", "продукт", "상품", "상품명", "제품", "제품명",
            "商品", "商品名", "製品", "产品", "产品名称", "商品名称", "المنتج", "מוצר",
        ),
        "category": (
            "category", "categories", "category name", "product category", "primary categories", "main category",
            "class name", "department name", "department", "division name", "topic", "genre", "segment", "type",
            "product type", "section", "theme", "condition", "subcategory", "negativereason", "tag", "tags",
            "kategorie", "bereich", "thema", "categorie", "catégorie", "rayon", "categoria", "kategoria", "kategori",
            "категория", "카테고리", "분류", "カテゴリ", "カテゴリー", "类别", "分类", "類別", "الفئة", "קטגוריה",
        ),
        "date": (
            "date", "review date", "reviews date", "date of review", "review time", "created at", "created", "at",
            "tweet created", "date created", "creation date", "posted", "posted at", "posted on", "date posted",
            "published", "published at", "published date", "published at date", "submitted", "submitted at",
            "submission date", "submit date", "timestamp", "datetime", "date time", "time", "review timestamp",
            "unix review time", "day", "updated at", "updated", "datum", "erstellt am", "fecha", "data",
            "date de publication", "tarih", "дата", "날짜", "작성일", "등록일", "日付", "投稿日", "日期", "时间",
            "評論日期", "التاريخ", "תאריך",
        ),
        "rating": (
            "rating", "review rating", "reviews rating", "ratings", "star rating", "stars", "star", "score",
            "review score", "reviewer score", "overall", "overall rating", "overall score", "customer rating",
            "user rating", "review stars", "points", "grade", "nps", "satisfaction", "bewertung", "sterne", "punkte",
            "note", "etoiles", "calificacion", "puntuacion", "estrellas", "valoracion", "voto", "valutazione", "stelle",
            "punteggio", "nota", "avaliacao", "estrelas", "beoordeling", "sterren", "ocena", "puan", "оценка",
            "рейтинг", "평점", "별점", "점수", "評価", "星", "评分", "評分", "星级", "التقييم", "דירוג",
        ),
        "channel": (
            "channel", "source", "review source", "platform", "medium", "origin", "reviewed via", "via", "kanal",
            "quelle", "canal", "fuente", "fonte", "bron", "kaynak", "канал", "источник", "채널", "출처", "チャネル",
            "渠道", "来源",
        ),
    }
)  # fmt: skip

OTHER_NAMES = frozenset(
    {
        "author", "reviewer", "user", "username", "developer", "reply", "replied", "response", "helpful",
        "helpfulness", "thumbs", "count", "votes", "useful", "confidence", "gold", "image", "photo", "avatar", "url",
        "link", "age", "version", "latitude", "longitude", "coord", "location", "timezone", "average", "avg", "email",
        "emotion", "sentiment", "label", "lang", "language", "length", "price", "sort", "profile",
    }
)  # fmt: skip
"""Words in a name that say a column is about something else than the review itself."""

OTHER_IDS = frozenset(
    {
        "account", "airline", "app", "asin", "brand", "business", "city", "client", "company", "country", "customer",
        "device", "employee", "flight", "guest", "hotel", "house", "invoice", "ip", "item", "location", "member",
        "mobile", "movie", "order", "parent", "passenger", "phone", "place", "postal", "postcode", "product",
        "restaurant", "room", "seat", "session", "shop", "sku", "staff", "store", "table", "tel", "telephone",
        "transaction", "venue", "zip", "customerid", "ean", "guestid", "isbn", "memberid", "orderid", "productid",
        "upc", "userid",
    }
)  # fmt: skip
"""Words in the name of a column of codes that are of something a second review may come from as well."""
