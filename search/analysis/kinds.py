"""Words that people call a kind of document by: « formation plaies », « offre d’emploi kiné »."""

from collections.abc import Iterable

from .words import key

_called: dict[str, dict[str, None]] = {}


def call(kind: str, words: Iterable[str]) -> None:
    """Lets every document of this kind answer to these words."""
    for word in words:
        _called.setdefault(key(word), {})[kind] = None


def kinds_of(word: str) -> tuple[str, ...]:
    return tuple(_called.get(key(word), ()))
