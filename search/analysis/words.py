"""Tokenization of French text: words, elisions, spellings of signs, stop words."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

ELISIONS = ("l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu")

DATA = Path(__file__).resolve().parent.parent / "data"


def data_lines(name: str) -> Iterator[str]:
    """Lines of a file of `search/data`; the first ones name its source."""
    with (DATA / name).open(encoding="utf-8") as file:
        yield from (line.rstrip("\n") for line in file if line.strip() and not line.startswith("#"))


STOP_WORDS = frozenset(word for line in data_lines("stop_words_fr.txt") for word in line.split())

APOSTROPHES = "'’ʼ‘"
# Characters that nobody sees (soft hyphens, joiners, marks of direction): gone wherever they stand.
_INVISIBLE = "\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_ACCENTS = "\u0300-\u036f"  # that combine with the letter before
CHAR = r"[^\W_ʼ]"
_LETTER = r"[^\W\d_ʼ]"
_WORD = rf"{CHAR}+(?:[{_ACCENTS}{_INVISIBLE}]+{CHAR}+)*[{_ACCENTS}]*"
_DOTTED = rf"{_LETTER}(?:\.{_LETTER})+(?!{CHAR})"
_ELIDED = rf"(?i:{'|'.join(ELISIONS)})[{APOSTROPHES}](?={CHAR})"
UNITS = "µg|μg|ug|mcg|mg|kg|g|ml|cl|dl|l|ui|kcal|mmol|mm|cm|h|min|mn"
_SUPERSCRIPTS, _SUBSCRIPTS = "⁰¹²³⁴-⁹", "₀-₉"
# Words that a Roman number behind them completes: « grade II » is « grade 2 ».
NUMBERED = (
    *("stade", "grade", "classe", "type", "groupe", "facteur", "niveau", "phase", "palier", "degré"),
    *("catégorie", "angiotensine", "collagène", "titre", "étape", "nyha", "dsm"),
)
_BEHIND_NUMBERED = "|".join(f"(?<=(?i:{word}).)" for word in (*NUMBERED, *(f"{one}s" for one in NUMBERED)))
# The space before what names a thing: an « A » (elsewhere « À »), a Roman number of one letter, « IV ».
_ROMAN = re.compile(rf"[ \u00a0\u202f](?:{_BEHIND_NUMBERED})((?i:IV|[IVX]))(?!{CHAR})")
NAMING = (
    rf"[ \u00a0\u202f](?=[AIVXivx])(?:(?=A(?![.{APOSTROPHES}]?{CHAR}))(?<={CHAR}.)"
    rf"|(?=(?i:IV|[IVX])(?!{CHAR}))(?:{_BEHIND_NUMBERED}))"
)
_GREEK_LETTER = "[α-λν-ωΔΩ]"
# One word of a text, without its elided articles: « A.V.C. », « aujourd’hui », « 0,5 » are one; « covid19 »,
# « 500mg », « TNFα » and « 10⁹ » are two, « 7h30 » is three. What names a thing is found with the space
# before it.
TOKEN = re.compile(
    rf"(?:{_ELIDED})*("
    rf"{NAMING}(?i:IV|[AIVX])"
    rf"|{_DOTTED}"
    rf"|(?i:aujourd)[{APOSTROPHES}]hui"
    rf"|(?<![\d.,])\d+[.,]\d+(?![.,]?\d)(?=(?i:{UNITS})?(?!{CHAR}))"
    rf"|\d+(?=(?:(?i:{UNITS})|[{_SUPERSCRIPTS}]+)(?!{CHAR}))"
    rf"|⁻?[{_SUPERSCRIPTS}]+(?<=\d.)|⁻[{_SUPERSCRIPTS}]+"
    rf"|{_GREEK_LETTER}(?=[A-Za-zÀ-ÿ\d])|[A-Za-z]++(?={_GREEK_LETTER}(?!{CHAR}))"
    rf"|\d{{1,2}}(?=[hH]\d\d(?!{CHAR}))|[hH](?<=\d.)(?=\d\d(?!{CHAR}))"
    rf"|[^\W\d_ʼ{_SUPERSCRIPTS}{_SUBSCRIPTS}]{{3,}}+(?=[\d{_SUBSCRIPTS}]+(?!{CHAR}))"
    rf"|{_WORD}"
    rf"|(?<={CHAR})[+⁺](?!{CHAR}))"
)
WORD = re.compile(_WORD)
# A compound that may be written as one word: « co-infection », « check-list », « entr’aide », « 5-FU ».
COMPOUND = re.compile(
    rf"(?<!{CHAR})(?:{_ELIDED})*+"
    rf"({CHAR}{{1,6}}(?:[-‐‑{APOSTROPHES}]{CHAR}+){{0,2}}[-‐‑{APOSTROPHES}]{_LETTER}{CHAR}*+)"
)
_HIDDEN = re.compile(rf"[.{APOSTROPHES}{_INVISIBLE}]")
# « ﬁ », and signs that are up to 18 letters.
_LIGATURES = re.compile("[\u3200-\u33ff\ufb00-\ufdff]")
_SEEN_BY_NOBODY = re.compile(f"[{_INVISIBLE}]")
_DOTTED_WORD = re.compile(rf"(?<!{CHAR}){_DOTTED}\.?")
_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "κ": "kappa", "λ": "lambda"}
_GREEK |= {"π": "pi", "σ": "sigma", "τ": "tau", "φ": "phi", "ω": "omega"}
# Roman numbers that are nothing else; « IV » is a way to give a medicine.
_NUMBERS = {"II": "2", "III": "3", "VI": "6", "VII": "7", "VIII": "8", "IX": "9", "XI": "11", "XII": "12"}
_NUMBERS |= {"XIII": "13", "ii": "2", "iii": "3", "vii": "7", "viii": "8", "xii": "12", "xiii": "13"}
_NUMBERS_BEHIND = {"I": "1", "IV": "4", "V": "5", "X": "10"}
# « IIe », « XXIème », « Ier »
_ROMAN_ORDINAL = re.compile(
    r"(?P<tens>X{0,3})(?P<ones>IX|IV|V?I{0,3})(?P<end>i?[eè]me|[eè]?re|er|nde?|e|ᵉ)s?"
)
_ROMAN_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_REPLACED = {"Cf": "", "Cc": " ", "Cs": " ", "Co": " ", "Cn": " "}

_ENDINGS = (
    "s|e|es|ne|nes|ère|ères|ière|ières|ienne|iennes|rice|rices|trice|trices|euse|euses|se|ses|ve|ves|"
    "le|les|lle|lles|te|tes"
)
# infirmier·ère·s, infirmier(e)s, infirmier/ère, pharmacien.ne: the first form is kept.
INCLUSIVE = re.compile(
    rf"(?<![^\W_])([^\W\d_]{{4,}})"
    rf"(?:(?:[·•‧.](?:{_ENDINGS}))+|\((?:{_ENDINGS})\)s?|[-/](?:ères?|ières?|iennes?|t?rices?|euses?|nes?)(?:-s)?)"
    rf"(?![^\W_])",
    re.IGNORECASE,
)
# « l hopital », but not « hépatite c et d ».
_LEFT_ALONE = re.compile(
    r"(?<![^\W_])(?:[lmtnsjdc]|qu)\s+(?!(?:à|a|au|aux|avec|en|est|et|ou|où|un|une|y)(?![^\W_]))"
    r"(?=[aeiouyhâàéèêëîïôûùœ])"
)


def clean(text: str) -> str:
    """A short text with composed accents, no ligature and no invisible character; control and unpaired ones
    are spaces.
    """
    text = _LIGATURES.sub(
        lambda found: unicodedata.normalize("NFKC", found[0]), unicodedata.normalize("NFC", text)
    )
    if text.isascii() and text.isprintable():
        return text
    text = _SEEN_BY_NOBODY.sub("", text)
    return "".join(_REPLACED.get(unicodedata.category(character), character) for character in text)


def clean_word(raw: str) -> str:
    """A word that `TOKEN` found, as it is read."""
    if raw[0] in "IVX" and (ordinal := _ROMAN_ORDINAL.fullmatch(raw)):
        return f"{10 * len(ordinal['tens']) + _ROMAN_ONES.index(ordinal['ones'])}{ordinal['end']}"
    if raw.isalnum() and raw.isascii():
        return _NUMBERS.get(raw, raw)
    if "," in raw or (raw[0].isdigit() and "." in raw):
        return raw.replace(",", ".")
    if raw[0].isspace():
        return _NUMBERS_BEHIND.get(raw[1:].upper(), raw[1:])
    word = unicodedata.normalize("NFC", _HIDDEN.sub("", raw))
    return _GREEK.get(word.lower(), word)


def fold(word: str) -> str:
    """« Œdème » → « oedeme »."""
    if word.isascii():
        return word.lower()
    word = word.lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def key(word: str) -> str:
    """The key of a word for looking up rules: the same for its plural, feminine and unaccented forms.

    It is coarser than a stemmer on purpose, since it only meets the words of rules.
    """
    folded = fold(word)
    if len(folded) < 5 or folded[-1].isdigit():
        return folded
    folded = folded.rstrip("sx")
    for _feminine in "ée":
        if len(folded) > 4:
            folded = folded.removesuffix("e")
    return folded[:-1] if len(folded) > 4 and folded[-1] == folded[-2] else folded


def tokens(text: str) -> list[str]:
    """The words of a text, without elided articles, in their own case."""
    return [clean_word(raw) for raw in TOKEN.findall(text)]


def typed_text(text: str) -> str:
    """What somebody typed: first form of inclusive writing, « l hopital » read as « l’hopital », « stade IV »
    as « stade 4 ».
    """
    text = INCLUSIVE.sub(r"\1", clean(text))
    text = _ROMAN.sub(lambda found: f" {_NUMBERS_BEHIND[found[1].upper()]}", text)
    text = _DOTTED_WORD.sub(lambda found: found[0].replace(".", ""), text)
    return _LEFT_ALONE.sub("", text)


def typed_tokens(text: str) -> list[str]:
    """Words of what somebody typed."""
    return tokens(typed_text(text))


def is_stop_word(word: str) -> bool:
    return word.lower() in STOP_WORDS


def counting(text: str) -> int:
    """Number of words that are no stop words."""
    return sum(not is_stop_word(word) for word in tokens(text))
