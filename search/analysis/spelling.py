"""Spelling variants of quantities, numbers, references and words with a hyphen.

« 500 mg » is « 0,5 g », « 1400 » is « 1 400 », « L. 4311-15 » is « L4311-15 », « B 12 » is « B12 »,
« auto-mesure » and « auto mesure » are « automesure ». Texts are indexed as they are written; the other
spellings are looked for as well. What needs no choice (« 500mg », « grade II ») is one for the analyzer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .words import UNITS, fold, tokens

# Units that stand for each other, and how many of the smallest one they hold.
_MASSES = {"μg": 1, "mg": 1_000, "g": 1_000_000, "kg": 1_000_000_000}
_VOLUMES = {"ml": 1, "cl": 10, "l": 1_000}
# Units that are also written otherwise, without accents.
_SYMBOLS = {
    "mcg": "μg",
    "ug": "μg",
    "microgramme": "μg",
    "heure": "h",
    "mn": "min",
    "minute": "min",
    "unite": "ui",
    "milligramme": "mg",
    "gramme": "g",
    "millilitre": "ml",
    "litre": "l",
}
_UNITS = "|".join(sorted([f"{name}s?" for name in _SYMBOLS if len(name) > 3], key=len, reverse=True))
_UNITS += "|unités?"
_UNITS = f"{_UNITS}|{UNITS}"
# Units of which there are no parts.
_COUNTED = ("ui", "unite", "unites", "unité", "unités")
# Nobody writes « 15 000 µg » or « 0,015 g ».
_SMALLEST, _GREATEST = Decimal("0.1"), Decimal(9_999)

# Beginnings of words that are written with a hyphen, apart or joined: « post-opératoire », « postopératoire »
_PREFIXES = (
    "alpha|anti|aéro|aero|auto|beta|bêta|bi|bio|broncho|bucco|cardio|cervico|co|contre|cranio|crânio|delta|dento|"
    "demi|electro|électro|entero|entéro|extra|gamma|gastro|hemato|hémato|hemi|hémi|hemo|hémo|hepato|hépato|hydro|"
    "hyper|hypo|immuno|infra|inter|intra|kappa|lombo|macro|maxillo|medico|médico|meta|méta|micro|mini|mono|multi|"
    "musculo|naso|neo|néo|nephro|néphro|neuro|non|omega|oméga|onco|oro|osteo|ostéo|oto|para|per|peri|péri|photo|"
    "pluri|pneumo|poly|post|pre|pré|primo|pseudo|psycho|radio|retro|rétro|rhino|sacro|semi|socio|sous|sub|"
    "super|supra|tele|télé|thermo|thrombo|trans|tri|ultra|uro|vaso"
)
# Shorter ends are no words of their own: « autour », « postal ».
_SHORTEST_END = 4
_JOINED = re.compile(
    rf"({_PREFIXES})([^\W\d_]{{{_SHORTEST_END},}})|([^\W\d_]{{3,}})(alpha|b[eê]ta|gamma)", re.IGNORECASE
)
# « B12 », « T4 »; « 5FU », but not « 2nd »
_CODE = re.compile(r"([^\W\d_]{1,2})(\d{1,3})|(\d{1,2})(?!nde?s?$|er|[eè])([^\W\d_]{2,3})", re.IGNORECASE)

_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d{1,9}"
_RUN = re.compile(
    rf"""(?<![^\W_])(?:
      (?P<number>{_NUMBER})(?:[.,](?P<decimals>\d{{1,3}}))?[ \u00a0\u202f]?(?P<unit>{_UNITS})(?![^\W_])
    | (?P<article>[LRDA])\.?[ \u00a0]?(?P<clause>\d{{3,4}}(?:-\d+)*)(?![^\W_])
    | (?P<grouped>\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+|\d{{4}})(?![^\W_]|[-./,]\w)
    | (?P<reference>(?=[^\s\d]*\d)[^\W_]+(?:[-./,][^\W_]+)+)
    | (?P<apart>(?:{_PREFIXES})[ ][^\W\d_]{{{_SHORTEST_END},}})(?!['’‐‑-])(?![^\W_])
    | (?P<code>[^\W\d_]{{1,2}}[ ]\d{{1,3}})(?![^\W_]|[.,]\d|[ ]?(?:{_UNITS})(?![^\W_]))
    | (?P<word>[^\W_]+(?:['’‐‑-][^\W_]+)*[+⁺]?)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_HYPHEN = re.compile("[‐‑-]")
_BETWEEN = re.compile("['’‐‑-]")
_NUMERO = re.compile(r"\bn\s?[°º]\s?(?=\w)|№", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Run:
    """Words that are written as one thing, and their other spellings."""

    words: tuple[str, ...]
    variants: tuple[str, ...] = ()
    # Next to each other and in this order; else wherever they stand.
    adjacent: bool = False


def runs(text: str) -> Iterator[Run]:
    """Yields the runs of a typed text in order, without elided articles."""
    for found in _RUN.finditer(_NUMERO.sub("", text)):
        run = _run(found)
        if run.words:
            yield run


def run_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the runs of a text begin and end."""
    return (found.span() for found in _RUN.finditer(text))


def _run(found: re.Match[str]) -> Run:
    if found["unit"]:
        return _quantity(found["number"], found["decimals"], found["unit"].lower())
    if found["article"]:
        clause = " ".join(tokens(found["clause"]))
        letter = found["article"].upper()
        return Run((letter, *clause.split()), (f"{letter}{clause}",), adjacent=True)
    words = tuple(tokens(found[0]))
    if found["grouped"]:
        return Run(words, tuple(form for form in _written(_value(found[0])) if form != " ".join(words)), True)
    if found["reference"]:
        apart = tuple(part for word in words for part in re.findall(r"\d+|[^\W\d_]+", word))
        return Run(words, ("".join(words), *([" ".join(apart)] if apart != words else [])), adjacent=True)
    if found["code"]:
        return Run(words, ("".join(words),))
    if len(words) == 1:
        return Run(words, tuple(_apart(words[0])))
    if not (found["apart"] or _BETWEEN.search(found[0])):  # « covid19 », « HER2+ »
        return Run(words, adjacent=True)
    one = found["apart"] or _HYPHEN.search(found[0])
    return Run(words, ("".join(words),) if one else ())


def _apart(word: str) -> Iterator[str]:
    """« post opératoire » for « postopératoire », « B 12 » for « B12 »."""
    if joined := _JOINED.fullmatch(word) or _CODE.fullmatch(word):
        yield " ".join(filter(None, joined.groups()))


def _value(number: str) -> Decimal:
    return Decimal("".join(number.split()))


def _quantity(number: str, decimals: str | None, unit: str) -> Run:
    if unit in _COUNTED and decimals and len(decimals) == 3:  # « 100.000 UI »
        number, decimals = f"{number}{decimals}", None
    value = _value(number) + Decimal(f"0.{decimals or 0}")
    written = f"{number}.{decimals}" if decimals else number
    typed = (*tokens(written), unit)
    symbol = fold(unit).removesuffix("s") if len(unit) > 3 else fold(unit)
    variants = dict.fromkeys(
        f"{amount} {name}" for amount, name in _amounts(value, _SYMBOLS.get(symbol, symbol))
    )
    variants.pop(" ".join(typed), None)
    return Run(typed, tuple(variants), adjacent=True)


def _amounts(value: Decimal, unit: str) -> Iterator[tuple[str, str]]:
    """The same amount in every unit that it may be written in."""
    yield from ((written, unit) for written in _written(value))
    units = next((units for units in (_MASSES, _VOLUMES) if unit in units), {})
    for name, size in units.items():
        amount = value * units[unit] / size
        if name != unit and _SMALLEST <= amount <= _GREATEST:
            yield from ((written, name) for written in _written(amount))


def _written(value: Decimal) -> list[str]:
    """« 1400 » and « 1 400 »."""
    whole, _point, decimals = f"{value.normalize():f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", " ")
    numbers = dict.fromkeys([whole, grouped])
    return [f"{number}.{decimals}" if decimals else number for number in numbers]
