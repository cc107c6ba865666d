"""French analysis in this process: tantivy's filters, the portal's elision and stop words.

The embedded engine indexes and asks with it; extracts and suggestions are marked by it on every engine.
"""

from functools import lru_cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from ..analysis.words import STOP_WORDS, clean, fold, without_articles

FRENCH = "french"  # stems
WORDS = "words"  # as written, folded: exact order, typing errors

# Words of so few letters are looked for as they are written: the servers' stemmer leaves them alone, this one
# makes « m » of « ms » and « an » of « ans ».
SHORT = 3
# Longer runs of letters are no words (encoded files, keys).
MAX_WORD = 255


def analyzers() -> dict[str, TextAnalyzer]:
    """Name → analyzer, to be registered with each index that is opened."""
    return {FRENCH: _french(), WORDS: _words()}


@lru_cache(maxsize=1)
def _french() -> TextAnalyzer:
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(MAX_WORD))
        .filter(Filter.lowercase())
        .filter(Filter.custom_stopword(sorted(STOP_WORDS)))
        .filter(Filter.stemmer("french"))
        # After the stemmer, whose rules want the accents.
        .filter(Filter.ascii_fold())
        .build()
    )


@lru_cache(maxsize=1)
def _words() -> TextAnalyzer:
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(MAX_WORD))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .build()
    )


def prepare(text: str) -> str:
    """Text as the analyzers expect it: without elided articles."""
    return without_articles(clean(text))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Empty for a stop word, and for what is no single word."""
    found = _french().analyze(word)
    return found[0] if len(found) == 1 else ""


def stems(text: str) -> list[tuple[int, str]]:
    """(position, stem) of each word that counts."""
    return [(token.position, token.text) for token in _french().pre_tokenize(prepare(text)).tokens]


def folded(text: str) -> list[str]:
    """Every word of a text as the field `words` holds it."""
    return _words().analyze(prepare(text))


@lru_cache(maxsize=50_000)
def forms(word: str) -> tuple[str, str]:
    """Stem and folded form of a word of a text (see `search.highlight`)."""
    return stem(word), fold(word)
