"""Word families of the field: words of one family share one token, in documents and queries.

A stemmer brings « vaccin » and « vaccination » together, not « dépister » and « dépistage »; and it makes one
word of « cure » and « curé ». Three things are added to it:

- **rules** write one form of a family for the others before the stemmer sees the word, where that is safe for
  any word (`data/rule_exceptions.txt` names those that it is not safe for): person and activity of a
  discipline, feminine forms, nouns and adjectives of acts and diseases;
- **families** (`data/families.tsv`) say what no rule can, and prove the rules;
- **words apart** (`data/apart.tsv`) keep tokens of their own.

`data/related.tsv` holds what is close but not the same (« rein », « rénal »).
"""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from .words import DATA, data_lines, fold

_snowball = TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer("french")).build()

# Words of so few letters, and those with a digit, are only what the tables say of them: a stemmer makes « m »
# of « ms ».
SHORT = 3
# How the token of a word begins that another one would share.
APART = "="

_EXCEPTIONS = frozenset(word for line in data_lines("rule_exceptions.txt") for word in line.split())
# Ends of words, without accents but é → what is written for them. In order: one may prepare another. Ends
# that are typed without their accents come first.
_RULES = tuple(
    (re.compile(end), written)
    for end, written in {
        r"(?<=i)ere(s?)$": r"ère\1",
        r"(?<=[^e])ee(s?)$": r"ée\1",
        r"([^i]il|(?<!conjonct)(?<!ging)[iu]v|ers|ur|ens|rn|(?<!ceph)(?<!amygd)al)ite(s?)$": r"\1ité\2",
        r"(?<=..)mat(?:iques?|eu(?:x|ses?))$": "me",
        # Plurals that the stemmer leaves: vidéos, tissus, appuis, boissons, scanners
        r"(?<=...)(?<!p)os$": "o",
        r"(?<=..)(?<!cl)(?<!f)(?<!ab)us$": "u",
        r"(?<=..)uis$": "ui",
        r"(?<=..)ssons$": "sson",
        r"([glnstx])ions$": r"\1ion",
        r"(?<=..)((?<!v)er|ir|a?it)s$": r"\1",
        # Verbs: prescrite, utilisent
        r"crites?$": "crit",
        r"(ss|tt|gn|iqu|squ|ch|is|nn|pt|st|ct|lt|rt|[bcfgp]l|[bdfgptv]r)ent$": r"\1er",
        # Feminine: masseuse, directrice
        r"(?<=...)(?<!i)eu(?:x|ses?)$": "eur",
        r"(?<=.)trices?$": "teur",
        # Disciplines
        r"(?<=..)log(?:ues?|istes?|iques?|iquement)$": "logie",
        r"(?<=..)iatr(?:ies?|iques?)$": "iatre",
        r"therap(?:eutes?|eutiques?|iques?|eutiquement)$": "thérapie",
        r"icien(?:ne)?s?$": "ique",
        r"chirurg(?:ien(?:ne)?s?|ica(?:les?|ux|l))$": "chirurgie",
        # Adjectives of diseases
        r"([iy]sm)(?:ales?|aux|al)$": r"\1e",
        r"(?<=..)(?<!pro)statiques?$": "stase",
        r"bacterien(?:ne)?s?$": "bactérie",
        r"(?<=..)otiques?$": "ose",
        r"lytiques?$": "lyse",
        r"eptiques?$": "epsie",
        r"ylactiques?$": "ylaxie",
        r"(proth|orth|synth|diur|paresth)etiques?$": r"\1èse",
        r"(pn|rh)eiques?$": r"\1ée",
        r"maniaques?$": "manie",
        r"cytaires?$": "cyte",
        # Acts: dépistage, respiratoire, nutritionnel, stomisé, planification, rééducation
        r"(?<=..)ages?$": "er",
        r"(?<=..)at(?:oires?|eurs?)$": "ation",
        r"([ts])ionn(?:els?|elles?|ers?|[eé]e?s?|istes?|ements?)$": r"\1ion",
        r"(?<=[st]o)mis(?:ers?|[eé]e?s?)$": "mie",
        r"iseurs?$": "iser",
        r"script(?:ions?|eurs?)$": "scrire",
        r"(?<=..)ifi(?:ers?|[eé]e?s?|ant|cations?|cateurs?)$": "ifie",
        r"(?<=..)([iou])cat(?:ions?|ifs?|ives?)$": r"\1quer",
        r"((?:rr|vest|av)i)gat(?:ions?|eurs?)$": r"\1guer",
        r"cutions?$": "cuter",
        # Qualities: disponibilité, scolarité, scolariser
        r"(?<=..)([aiu])bilit[eé]s?$": r"\1ble",
        r"(?<=...)ar(?:it[eé]s?|is(?:ers?|[eé]e?s?|ations?)|iats?)$": "aire",
    }.items()
)

_LAST_ENDS = re.compile(r"(?:(?<=[eiu])|(?<=nt))es?$|[sx]$")
# « 1ʳᵉ », « 2ème », « 23e »
_ORDINAL = re.compile(r"(\d{1,3})(?:[eè]|i?[eè]me|[eè]?re|er|nde?|ᵉ|ʳᵉ|ᵉʳ)s?")


class _Tables(NamedTuple):
    forms: dict[str, str]  # word → token
    stems: dict[str, str]  # stem → token


def family_of(word: str) -> str | None:
    """The token of a word (lower case, accents as written); None: it is looked for as it is written."""
    return _token(word, _tables())


def _token(word: str, tables: _Tables) -> str | None:
    if ordinal := _ORDINAL.fullmatch(word):
        number = "1er" if ordinal[1] == "1" else f"{ordinal[1]}e"
        return tables.forms.get(number, number)
    token = tables.forms.get(word)
    if token or len(word) <= SHORT or any(map(str.isdigit, word)):
        return token
    stem = _stem(word)
    return tables.stems.get(stem) or (_short(word, stem) if len(stem) <= SHORT else stem)


def members_of(token: str) -> tuple[str, ...]:
    """Words and stems of a family in the tables; empty for a token that the rules alone made."""
    return _members().get(token, ())


@cache
def _members() -> dict[str, tuple[str, ...]]:
    members: dict[str, set[str]] = {}
    tables = _tables()
    for form, token in (*tables.forms.items(), *tables.stems.items()):
        members.setdefault(token, set()).add(form)
    return {token: tuple(sorted(forms)) for token, forms in members.items()}


def version() -> str:
    """Changes whenever `family_of` may answer otherwise: the index must then be built anew."""
    digest = sha256()
    for name in ("families.tsv", "apart.tsv", "rule_exceptions.txt"):
        digest.update((DATA / name).read_bytes())
    digest.update(repr(_RULES).encode())
    return digest.hexdigest()[:12]


def _stem(word: str) -> str:
    """What rules and the stemmer make of a word."""
    word = word.replace("œ", "oe").replace("æ", "ae")
    ends = _without_accents(word)
    for end, written in _RULES:
        if (found := end.search(ends)) and not _is_exception(word) and len(ends) == len(word):
            word = word[: found.start()] + found.expand(written)
            ends = _without_accents(word)
    # Snowball’s rules want accents: they are taken off last.
    return fold(_snowball.analyze(word)[0])


def _without_accents(word: str) -> str:
    """But for é at the end: « engagé » is not the act of « enger »."""
    return fold(word[:-3]) + "é".join(map(fold, word[-3:].split("é")))


def _is_exception(word: str) -> bool:
    return word in _EXCEPTIONS or word.removesuffix("s") in _EXCEPTIONS


def _short(word: str, stem: str) -> str:
    """A word of which the stemmer leaves little: « cas » and « case », « car » and « carie » are not one."""
    folded = fold(word)
    if len(folded) == SHORT + 1 and folded[-1] in "sx":
        return folded[:-1]
    if folded.removeprefix(stem) in ("", "s", "x"):
        return stem
    return _LAST_ENDS.sub("", folded)


@cache
def _tables() -> _Tables:
    tables = _Tables({}, {})
    for names in _families():
        token = tables.stems.get(_stem(names[0]), _stem(names[0]))
        for name in names:
            tables.forms.update(dict.fromkeys(_written(name), token))
            if len(stem := _stem(name)) > SHORT:
                tables.stems.setdefault(stem, token)
    listed = set(tables.forms)
    for one, other in _pairs():
        if (_token(one, tables) or fold(one)) == (_token(other, tables) or fold(other)):
            alone, kept = (one, other) if other in listed and one not in listed else (other, one)
            words = {alone, *_written(alone)} - (set(_written(kept)) - {alone})
            tables.forms.update(dict.fromkeys(words, f"{APART}{alone}"))
    return tables


def _families() -> Iterator[list[str]]:
    for line in data_lines("families.tsv"):
        _kind, names = line.split("\t")
        yield names.split()


def _pairs() -> Iterator[tuple[str, str]]:
    for line in data_lines("apart.tsv"):
        one, other = line.split("\t")
        yield one, other


def _written(word: str) -> Iterator[str]:
    """A word, its plural and its feminine, with and without accents."""
    for one in (word, _feminine(word)):
        for form in (one, plural(one)):
            yield from (form, form.replace("œ", "oe"), fold(form))


def _feminine(word: str) -> str:
    """Of an adjective or participle; the word itself where there is no other form."""
    for end, feminine in {"if": "ive", "eux": "euse", "é": "ée", "al": "ale", "el": "elle"}.items():
        if len(word) > len(end) + 2 and word.endswith(end):
            return word.removesuffix(end) + feminine
    return word


def plural(word: str) -> str:
    if word[-1] in "sxz" or word[-1].isdigit():
        return word
    if word.endswith(("eau", "eu", "au")):
        return f"{word}x"
    return f"{word[:-2]}aux" if word.endswith("al") else f"{word}s"
