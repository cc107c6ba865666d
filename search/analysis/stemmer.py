"""Snowball's French stemmer, for one word."""

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from .words import fold

_snowball = TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer("french")).build()


def snowball(word: str) -> str:
    """The stem of a word in lower case, without accents: they are taken off last, its rules want them."""
    return fold(_snowball.analyze(word)[0])
