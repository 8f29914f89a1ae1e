"""Common words of other languages, for texts too short for statistics: "El vuelo se retrasó", "Otel harika".

Chosen among the most frequent words of each language and those of opinions and greetings. Words that English has, too,
may stand among the function words, of which two are needed and more than English has in the text ("die", "sin").
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ENGLISH_WORDS", "FUNCTION_WORDS", "LOAN_WORDS", "OPINION_WORDS"]


def _table(rows: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    return MappingProxyType({language: frozenset(words.split()) for language, words in rows.items()})


FUNCTION_WORDS = _table(
    {
        "es": "el la los las un una se que es son está esta están muy pero con por para sin del al lo le mi "
        "su sus ya más mas todo nada "
        "como cuando este esto eso fue ha han hay también tambien porque qué yo nos de en estoy",
        "fr": "le la les un une des du de et est sont pas très mais avec pour dans sur ce cette c'est n'est j'ai je il "
        "elle nous vous ils qui que ne plus mon ma mes sa ses tout bien rien été ça au aux jamais trop suis",
        "de": "der die das und ist nicht ein eine einen mit für auf zu sehr war ich es wir sie aber auch nur noch kein "
        "keine von dem den im nach bei wie schon alles nie mehr mir wieder",
        "it": "il lo la gli un una di che è non per con sono molto ma del della dei alla nel questo questa ho ha come "
        "più anche mi ci tutto mai",
        "pt": "os um uma de que é não nao com para por muito mas do da dos das na em foi está eu meu minha isso este "
        "tudo mais bem nunca estou",
        "nl": "de het een en niet van ik dat met voor zeer heel erg maar ook op te zijn naar nog geen dit "
        "deze mijn wij je nooit",
        "tr": "ve bir bu çok cok için icin ama değil degil ne ben gibi daha var yok mı hiç hic ile kadar sonra bana",
        "pl": "nie jest się to na bardzo do ale że jak tak dla po za jestem",
        "sv": "och är inte det en ett mycket jag men för på med av som den var",
        "id": "yang dan tidak ini itu sangat saya dengan untuk dari ada tapi",
    }
)
"""Two different ones make a text foreign, unless English has as many in it."""

OPINION_WORDS = _table(
    {
        "es": "hola gracias bueno buena malo mala pésimo pesimo pésima pesima encanta gusta recomiendo",
        "fr": "bonjour bonsoir merci très déçu déçue génial géniale mauvais mauvaise livraison qualité salut",
        "de": "danke hallo guten schlecht schlechte schlechter leider schön schade lecker furchtbar bitte",
        "it": "grazie buongiorno ottimo ottima pessimo pessima bellissimo bellissima consiglio brutto",
        "pt": "olá obrigado obrigada ótimo otimo ótima otima péssimo péssima ruim adorei gostei muito",
        "nl": "bedankt goed goede slecht slechte mooi prachtig teleurgesteld",
        "tr": "merhaba harika berbat güzel guzel kötü kotu teşekkürler tesekkurler mükemmel mukemmel iyi "
        "beğendim çok cok",
        "pl": "dziękuję dziekuje polecam dobry dobre świetny świetne",
        "sv": "hej dålig dåligt mycket",
        "id": "terima kasih bagus jelek sekali",
    }
)
"""One is enough where nothing English stands beside it."""

ENGLISH_WORDS = frozenset(
    "the and is are was were be been i i'm i've it it's my your his her our their you he she we they this "
    "that these those not don't doesn't didn't can't won't isn't very so but for with of to in on at from "
    "have has had do does did will would can could just too really good great love nice best bad like all "
    "what when how why no yes please thanks an as or if me him them who there here out up off get got go "
    "going one more most only some any never always".split()
)

LOAN_WORDS = frozenset(
    "café cafés cliché clichés clichéd résumé résumés fiancé fiancée naïve naïveté déjà à über décor touché "
    "façade purée crème brûlée entrée entrées sauté sautéed soufflé jalapeño jalapeños piñata señor señorita "
    "blasé passé protégé risqué née première soirée matinée éclair éclairs crêpe crêpes pâté rosé "
    "doppelgänger coöperate appliqué appliquéd lamé négligée décolletage décolleté exposé exposés vis-à-vis "
    "voilà tête-à-tête coup d'état smörgåsbord nestlé nescafé l'oréal lancôme häagen-dazs citroën škoda "
    "hermès chloé estée beyoncé pokémon rené zoë renée andré josé brontë bjørn köln münchen são málaga cancún "
    "bogotá curaçao québec montréal schrödinger motörhead".split()
)
"""Words with such letters that English uses, brands and names among them."""
