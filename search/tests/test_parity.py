"""One meaning, three engines: whatever is asked of the demo's documents, every engine finds the same.

Words of the documents, pairs of them, phrases, exclusions, typing errors, facets, beginnings: a sample with a
fixed seed. Every word is asked of every engine by what is marked `full` (`make ci-full`).
"""

import random
from collections.abc import Iterable, Sequence

import pytest

from search.analysis.synonyms import synonyms
from search.analysis.words import is_stop_word, tokens
from search.query import SearchQuery, SuggestQuery
from search.query.text import parse_text

from .conftest import NAMED, make_engine, removed
from .judged import DECAYING, NOW, PUBLIC, documents
from .library import index

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(len(NAMED) < 2, reason="needs two engines"),
]

DOCUMENTS = list(documents())
TEXTS = [text for one in DOCUMENTS for text in (one.title, one.keywords, one.body)]
KINDS = tuple(dict.fromkeys(one.kind for one in DOCUMENTS))
FACETS = ("kind", "profession", "theme", "region")
WORDS = sorted({word for text in TEXTS for word in tokens(text)})
COUNTING = [word for word in WORDS if not is_stop_word(word)]
KNOWN = sorted(" ".join(words) for words in synonyms().by_words)
EVERYTHING = len(DOCUMENTS)

# The first five of single words may differ for so many of a hundred.
MOST_FIRST_DIFFERENT = 2


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    made = []
    try:
        for name in NAMED:
            engine = make_engine(name, tmp_path_factory.mktemp("parity"))
            made.append(engine)
            engine.rebuild().commit()
            assert not index(engine, *DOCUMENTS)
        yield made
    finally:
        for engine in made:
            removed(engine)


def sample(values: Sequence[str], number: int) -> list[str]:
    return random.Random(20).sample(values, min(number, len(values)))


def some(number: int, make) -> list[str]:
    """So many texts that are made of documents' words by chance, always the same."""
    chance = random.Random(21)
    return [make(chance) for _number in range(number)]


def pair(chance: random.Random) -> str:
    """Two words of one document, or of two."""
    if chance.random() < 0.5:
        return " ".join(chance.sample(COUNTING, 2))
    return " ".join(chance.sample(tokens(chance.choice(TEXTS)) * 2 or COUNTING, 2))


def phrase(chance: random.Random) -> str:
    words = tokens(chance.choice(TEXTS)) or COUNTING
    start = chance.randrange(len(words))
    return f'"{" ".join(words[start : start + chance.randint(1, 4)])}"'


def exclusion(chance: random.Random) -> str:
    return f"{chance.choice(COUNTING)} -{chance.choice(COUNTING)}"


def mistyped(chance: random.Random) -> str:
    """A word in which a letter is left out, or two changed places."""
    word = chance.choice([word for word in COUNTING if len(word) > 4])
    place = chance.randrange(1, len(word) - 1)
    if chance.random() < 0.5:
        return word[:place] + word[place + 1 :]
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def differences(engines, typed: Iterable[str], **options) -> list[str]:
    """What not every engine answers alike; the order of hits aside."""
    return [text for text in typed if len({_answer(engine, text, **options) for engine in engines}) > 1]


def _answer(engine, text: str, **options) -> tuple:
    query = {"tokens": PUBLIC, "now": NOW, "text": parse_text(text), "limit": EVERYTHING} | options
    response = engine.search(SearchQuery(**query))
    return (
        frozenset((hit.kind, hit.pk) for hit in response.hits),
        response.total,
        frozenset((name, frozenset(counts.items())) for name, counts in response.counts.items()),
        response.corrected,
        tuple((one.part, one.total) for one in response.relaxations),
    )


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(sample(WORDS, 200), id="words"),
        pytest.param(sample(KNOWN, 100), id="vocabulary"),
        pytest.param(some(300, pair), id="pairs"),
        pytest.param(some(60, phrase), id="phrases"),
        pytest.param(some(60, exclusion), id="exclusions"),
        pytest.param(some(80, mistyped), id="typing errors"),
        pytest.param([*WORDS, *KNOWN], id="every word", marks=pytest.mark.full),
    ],
)
def test_every_engine_finds_the_same(engines, typed):
    assert differences(engines, typed) == []


def test_every_engine_counts_the_same(engines):
    region = next(one.facets["region"] for one in DOCUMENTS if one.facets.get("region"))
    typed = ["", *sample(COUNTING, 40)]

    assert differences(engines, typed, facets=FACETS, limit=0) == []
    assert differences(engines, typed, facets=FACETS, limit=0, filters={"region": region}) == []


@pytest.mark.parametrize(
    "words", [sample(WORDS, 200), pytest.param(WORDS, marks=pytest.mark.full)], ids=["some", "all"]
)
def test_the_first_five_of_a_word_are_the_same(engines, words):
    different = differences_of_order(engines, words)

    assert len(different) <= len(words) * MOST_FIRST_DIFFERENT / 100, different


def differences_of_order(engines, typed: Iterable[str]) -> list[str]:
    return [text for text in typed if len({_first(engine, text) for engine in engines}) > 1]


def _first(engine, text: str) -> tuple:
    query = SearchQuery(
        tokens=PUBLIC, now=NOW, text=parse_text(text), decaying_kinds=DECAYING, limit=5, correct=False
    )
    return tuple((hit.kind, hit.pk) for hit in engine.search(query).hits)


def test_every_engine_suggests_the_same(engines):
    titles = [tokens(one.title) for one in DOCUMENTS]
    beginnings = [
        word[:length]
        for words in sample(sorted(map(" ".join, titles)), 40)
        for length in (1, 3, 6)
        for word in words.split()[:1]
    ]
    beginnings += [f"{words[0]} {words[1][:2]}" for words in titles[::6] if len(words) > 1]

    different = [text for text in beginnings if len({_suggested(engine, text) for engine in engines}) > 1]

    assert different == []


def _suggested(engine, text: str) -> frozenset:
    found = engine.suggest(SuggestQuery(tokens=PUBLIC, now=NOW, text=text, kinds=KINDS))
    return frozenset((kind, tuple(pks)) for kind, pks in found.items())
