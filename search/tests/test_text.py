"""What somebody typed: words, quoted phrases, exclusions, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import ParsedText
from search.query.text import MAX_QUERY_LENGTH, MAX_WORDS, parse_text


def parts(text: str) -> tuple:
    parsed = parse_text(text)
    return parsed.words, parsed.phrases, parsed.excluded


@pytest.mark.parametrize(
    ("typed", "words", "phrases", "excluded"),
    [
        ("", (), (), ()),
        ("  infirmier   Rennes ", ("infirmier", "Rennes"), (), ()),
        ('"plateau technique" kiné', ("kiné",), ("plateau technique",), ()),
        ("« plateau technique »", (), ("plateau technique",), ()),
        ("“plateau technique”", (), ("plateau technique",), ()),
        ("infirmier -nuit", ("infirmier",), (), ("nuit",)),
        ("infirmier −nuit", ("infirmier",), (), ("nuit",)),
        ('infirmier -"de nuit"', ("infirmier",), (), ("de nuit",)),
        # a sign, comparison or share is no word; a minus excludes no number, unless it is quoted
        ("myopie −5 dioptries", ("myopie", "−5", "dioptries"), (), ()),
        ("congélateur -20 °C", ("congélateur", "-20", "°C"), (), ()),
        ('nuit -"5"', ("nuit",), (), ("5",)),
        ("HbA1c > 7 %", ("HbA1c", "7"), (), ()),
        # a minus inside a word is a hyphen
        ("anti-inflammatoire aide-soignante", ("anti-inflammatoire", "aide-soignante"), (), ()),
        # unbalanced, lone, doubled
        ('un "deux trois', ("un", "deux", "trois"), (), ()),
        ('"un deux" trois" quatre', ("trois", "quatre"), ("un deux",), ()),
        ("- nuit", ("nuit",), (), ()),
        ("--nuit", ("--nuit",), (), ()),
        ("nuit-", ("nuit-",), (), ()),
        ('"" - "-"', (), (), ()),
        # operators of other systems are plain text
        ("a AND b NOT c", ("a", "AND", "b", "NOT", "c"), (), ()),
        ("title:x* ~2 (y)", ("title:x*", "~2", "(y)"), (), ()),
        # neither letter nor digit: says nothing
        ("🦷 … ?!", (), (), ()),
        ("dent🦷", ("dent🦷",), (), ()),
        ("nul\x00octet", ("nul", "octet"), (), ()),
        ("sé\u00adparé \u202eenvers", ("séparé", "envers"), (), ()),
        ("e\u0301te\u0301", ("été",), (), ()),
        ("\ud800seul", ("seul",), (), ()),
    ],
)
def test_parts_of_what_was_typed(typed, words, phrases, excluded):
    assert parts(typed) == (words, phrases, excluded)


def test_nothing_typed_is_false():
    assert not parse_text(" … ") and parse_text("-x") and parse_text('"x"') and parse_text("x")


def test_long_text_is_cut():
    parsed = parse_text("mot " * 250_000)

    assert len(parsed.raw) <= MAX_QUERY_LENGTH
    assert len(parsed.words) == MAX_WORDS


@given(st.text(max_size=600))
def test_any_text_is_read(text):
    parsed = parse_text(text)

    assert isinstance(parsed, ParsedText)
    assert len(parsed.raw) <= MAX_QUERY_LENGTH
    parsed.raw.encode()
    for part in (*parsed.words, *parsed.phrases, *parsed.excluded):
        assert any(character.isalnum() for character in part) and '"' not in part


@given(st.text(max_size=300))
def test_reading_what_was_read_changes_nothing(text):
    parsed = parse_text(text)

    assert parse_text(parsed.raw).raw == parsed.raw
