"""Is a rule of synonyms safe? What editors type is looked at before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from django.utils import timezone
from django.utils.translation import gettext as _

from ..analysis.synonyms import CAPITALS_ONLY, EditedRule, Rule, Synonyms, build, rule_key
from ..analysis.words import fold, tokens
from ..engines import get_engine
from ..query import ParsedText, SearchQuery

MAX_LINES = 40
MAX_LENGTH = 80  # characters of a line
# A word that stands in a larger share of the texts than this would drown whatever it stands for.
MAX_SHARE = 0.3
# Fewer texts than that say nothing of how common a word is.
MIN_TEXTS = 50
# Shares are measured on what everybody may read: an answer tells nothing of the rest.
PUBLIC = frozenset({"public"})

Problem = str


@dataclass(frozen=True, slots=True)
class Shares:
    """How common words are. Makes at most one request per word; raises `EngineUnavailable`."""

    texts: int  # that everybody may read

    @classmethod
    def measured(cls) -> "Shares":
        return cls(_count(ParsedText()))

    def of(self, line: str) -> float:
        """Share of the texts with these words, in this order; 0 when there are too few texts to tell."""
        if self.texts < MIN_TEXTS:
            return 0.0
        return _count(ParsedText(raw=line, phrases=(line,))) / self.texts


def _count(text: ParsedText) -> int:
    query = SearchQuery(tokens=PUBLIC, now=timezone.now(), text=text, limit=0)
    return get_engine().search(query).total


def problems_of(rule: EditedRule, others: Sequence[EditedRule]) -> list[Problem]:
    """What is wrong with a rule, in sentences. `others`: what editors added already.

    Raises `EngineUnavailable`: how common its words are cannot be known then.
    """
    every = [*rule.words, *rule.also]
    problems = _form(rule) or [problem for line in every for problem in _line(line)]
    if problems:
        return problems
    shares = Shares.measured()
    problems = [problem for line in every for problem in _too_short(line, shares)]
    problems = problems or _common(rule, shares)
    return problems or _merging(rule, build(others))


def _form(rule: EditedRule) -> list[Problem]:
    if not rule.words:
        return [_("Type at least one word.")]
    if len(rule.words) < 2 and not rule.also:
        return [_("A group needs two words or phrases at least, one per line.")]
    if len(rule.words) + len(rule.also) > MAX_LINES:
        return [_("At most %(n)s lines: make several rules.") % {"n": MAX_LINES}]
    twice = _twice([*rule.words, *rule.also])
    return [_("“%(word)s” stands there twice.") % {"word": twice}] if twice else []


def _twice(names: Sequence[str]) -> str:
    """The first line that means the same as one before it, for search."""
    seen = set()
    for name in names:
        means = name if name in CAPITALS_ONLY else " ".join(map(fold, tokens(name)))
        if means in seen:
            return name
        seen.add(means)
    return ""


def _line(line: str) -> list[Problem]:
    if len(line) > MAX_LENGTH:
        return [_("“%(word)s…” is too long: a word or a short phrase.") % {"word": line[:30]}]
    if not tokens(line):
        return [_("“%(word)s” holds neither a letter nor a digit.") % {"word": line}]
    if line not in CAPITALS_ONLY and line.upper() in CAPITALS_ONLY:
        capitals = line.upper()
        return [
            _("“%(word)s” is a common word in small letters: write “%(capitals)s”.")
            % {"word": line, "capitals": capitals}
        ]
    return []


def _too_short(line: str, shares: Shares) -> list[Problem]:
    """Words that search leaves out, and single letters."""
    if line in CAPITALS_ONLY:
        return []
    found = tokens(line)
    if all(len(word) == 1 for word in found):
        return [
            _("“%(word)s” is a single letter: it stands in “hepatitis C” as in “vitamin C” and in initials.")
            % {"word": line}
        ]
    if rule_key(line):
        return []
    if share := shares.of(line):
        return [
            _(
                "“%(word)s” stands in %(share)s %% of the texts and search leaves such words out: everything "
                "would match. Choose a word that means one thing."
            )
            % {"word": line, "share": _percent(share)}
        ]
    return [
        _("“%(word)s” is one of the words that search leaves out: everything would match.") % {"word": line}
    ]


def _common(rule: EditedRule, shares: Shares) -> list[Problem]:
    """Words that would be looked for in another one's stead, and stand nearly everywhere."""
    for line in rule.also or rule.words:
        if line in CAPITALS_ONLY or (share := shares.of(line)) <= MAX_SHARE:
            continue
        typed = next(word for word in rule.words if word != line)
        return [
            _(
                "“%(word)s” stands in %(share)s %% of the texts: whoever types “%(typed)s” would find them "
                "all, and what they look for would be lost among them."
            )
            % {"word": line, "share": _percent(share), "typed": typed}
        ]
    return []


def _merging(rule: EditedRule, known: Synonyms) -> list[Problem]:
    """Two words that stand for different things already would become one."""
    if rule.also:
        return []
    groups = {word: _group_of(word, known) for word in rule.words}
    for one, other in combinations(rule.words, 2):
        if groups[one] and groups[other] and not groups[one] & groups[other]:
            return [
                _(
                    "“%(one)s” already stands for “%(first)s”, and “%(other)s” for “%(second)s”: this rule "
                    "would mix two groups that mean different things."
                )
                % {
                    "one": one,
                    "first": _example(one, known),
                    "other": other,
                    "second": _example(other, known),
                }
            ]
    return []


def _rule_of(word: str, known: Synonyms) -> Rule | None:
    return known.by_acronym.get(word) if word in CAPITALS_ONLY else known.by_words.get(rule_key(word))


def _group_of(word: str, known: Synonyms) -> frozenset:
    """What a word and all that it stands for are called, for comparing; empty when it has no rule."""
    rule = _rule_of(word, known)
    if rule is None or not (rule.texts or rule.acronyms):
        return frozenset()
    return frozenset(
        name if name in CAPITALS_ONLY else rule_key(name) for name in (word, *rule.texts, *rule.acronyms)
    )


def _example(word: str, known: Synonyms) -> str:
    rule = _rule_of(word, known)
    return min([*rule.texts, *rule.acronyms], key=len) if rule else ""


def _percent(share: float) -> int:
    return min(100, round(100 * share))
