"""What is one thing however it is spelled: quantities, numbers, references, words with a hyphen.

« 500mg » is « 500 mg » and « 0,5 g », « 35h » is « 35 heures », « 1400 » is « 1 400 », « L. 4311-15 » is
« L4311-15 », « auto-mesure » and « auto mesure » are « automesure ». Texts are indexed as they are written;
the other spellings are looked for as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .words import tokens

# Units that stand for each other, and how many of the smallest one they hold.
_MASSES = {"µg": 1, "mcg": 1, "mg": 1_000, "g": 1_000_000, "kg": 1_000_000_000}
_VOLUMES = {"ml": 1, "cl": 10, "l": 1_000}
_OTHERS = ("ui", "kcal", "mmol", "mm", "cm", "h", "min")
# Units that are also written out.
_NAMED = {
    "h": "heures",
    "min": "minutes",
    "mg": "milligrammes",
    "g": "grammes",
    "ml": "millilitres",
    "l": "litres",
}
_SYMBOLS = {form: symbol for symbol, name in _NAMED.items() for form in (name, name.removesuffix("s"))}
_UNITS = "|".join(sorted([*_MASSES, *_VOLUMES, *_OTHERS, *_SYMBOLS], key=len, reverse=True))
# Nobody writes « 15 000 µg » or « 0,015 g ».
_SMALLEST, _GREATEST = Decimal("0.1"), Decimal(9_999)

# Beginnings of words that are written with a hyphen, apart or joined: « post-opératoire », « postopératoire »
_PREFIXES = (
    "anti|auto|bucco|cardio|médico|medico|multi|neuro|péri|peri|pluri|post|pré|pre|psycho|socio|télé|tele"
)
# Shorter ends are no words of their own: « autour », « postal ».
_SHORTEST_END = 5
_JOINED = re.compile(rf"({_PREFIXES})([^\W\d_]{{{_SHORTEST_END},}})", re.IGNORECASE)

_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d{1,9}"
_RUN = re.compile(
    rf"""(?<![^\W_])(?:
      (?P<number>{_NUMBER})(?:[.,](?P<decimals>\d{{1,3}}))?[ \u00a0\u202f]?(?P<unit>{_UNITS})(?![^\W_])
    | (?P<article>[LRDA])\.?[ \u00a0]?(?P<clause>\d{{3,4}}(?:-\d+)*)(?![^\W_])
    | (?P<grouped>\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+|\d{{4}})(?![^\W_]|[-./,]\w)
    | (?P<reference>(?=[^\s\d]*\d)[^\W_]+(?:[-./,][^\W_]+)+)
    | (?P<apart>(?:{_PREFIXES})[ ][^\W\d_]{{{_SHORTEST_END},}})(?!['’‐‑-])(?![^\W_])
    | (?P<word>[^\W_]+(?:['’‐‑-][^\W_]+)*)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_HYPHEN = re.compile("[‐‑-]")
_NUMERO = re.compile(r"\bn\s?[°º]\s?(?=\w)|№", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Run:
    """Words that belong together, and their other spellings."""

    words: tuple[str, ...]
    forms: tuple[str, ...] = ()
    # Next to each other and in this order; else wherever they stand.
    adjacent: bool = False


def runs(text: str) -> Iterator[Run]:
    """What was typed, in order, elided articles left out."""
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
        return Run(words, ("".join(words),), adjacent=True)
    if len(words) == 1 and (joined := _JOINED.fullmatch(words[0])):
        return Run(words, (f"{joined[1]} {joined[2]}",))
    one = found["apart"] or (len(words) > 1 and _HYPHEN.search(found[0]))
    return Run(words, ("".join(words),) if one else ())


def _value(number: str) -> Decimal:
    return Decimal("".join(number.split()))


def _quantity(number: str, decimals: str | None, unit: str) -> Run:
    value = _value(number) + Decimal(f"0.{decimals or 0}")
    typed = (*tokens(number), *filter(None, [decimals]), unit)
    forms: dict[str, None] = {}
    for amount, symbol in _amounts(value, _SYMBOLS.get(unit, unit)):
        forms |= dict.fromkeys([f"{amount} {symbol}", f"{amount}{symbol}"])
        if symbol in _NAMED:
            forms[f"{amount} {_NAMED[symbol]}"] = None
    forms.pop(" ".join(typed), None)
    return Run(typed, tuple(forms), adjacent=True)


def _amounts(value: Decimal, unit: str) -> Iterator[tuple[str, str]]:
    """The same amount in every unit that it may be written in."""
    yield from ((written, unit) for written in _written(value))
    units = next((units for units in (_MASSES, _VOLUMES) if unit in units), {})
    for name, size in units.items():
        amount = value * units[unit] / size
        if name != unit and _SMALLEST <= amount <= _GREATEST:
            yield from ((written, name) for written in _written(amount))


def _written(value: Decimal) -> list[str]:
    """« 1400 » and « 1 400 »; « 0 5 » for « 0,5 », as texts are cut into words."""
    whole, _point, decimals = f"{value.normalize():f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", " ")
    return [f"{number} {decimals}".strip() for number in dict.fromkeys([whole, grouped])]
