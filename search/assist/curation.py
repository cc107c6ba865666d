"""Curated search: the synonyms and promoted pages of editors, in the memory of each process.

A version number in the database grows in the transaction of each change. A process that searches reads it at
most once a second, and reads everything again when it grew. So a change is in force everywhere within a
second, at once in the process that saved it, and a search costs nothing more (docs/adr/0007).
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F
from django.db.models.signals import post_delete, post_save

from ..analysis.synonyms import EditedRule, use
from ..documents import Key
from ..models import IndexState, PromotedPage, Promotion, SynonymRule, lines
from ..query.text import normalised
from ..sources import kind_of

CHECK_EVERY = 1.0  # seconds


_version: int | None = None  # of what this process holds; None: nothing yet
_checked_at = 0.0  # on the monotonic clock
_promoted: Mapping[str, Sequence[Key]] = {}


def refresh() -> None:
    """Puts changes of editors in force. Called before each search."""
    global _version, _checked_at, _promoted
    if _version is not None and time.monotonic() - _checked_at < CHECK_EVERY:
        return
    version = IndexState.objects.filter(pk=1).values_list("curation", flat=True).first() or 0
    if version != _version:
        use(edited_rules())
        _promoted = _read_promoted()
        _version = version
    _checked_at = time.monotonic()


def promoted(text: str) -> Sequence[Key]:
    """The keys of the pages promoted for this query, in order. Not everybody may read them."""
    return _promoted.get(normalised(text), ())


def forget() -> None:
    """Makes the next search read everything again."""
    global _version
    _version = None


def edited_rules(without: int | None = None) -> list[EditedRule]:
    """The synonym rules of editors. `without`: the pk of a rule to leave out."""
    rules = (rule for rule in SynonymRule.objects.order_by("pk") if rule.pk != without)
    return [EditedRule(tuple(lines(rule.words)), tuple(lines(rule.also))) for rule in rules]


def _read_promoted() -> dict[str, list[Key]]:
    promoted: dict[str, list[Key]] = {}
    chosen = PromotedPage.objects.select_related("promotion", "page__content_type")
    for row in chosen.order_by("promotion_id", "sort_order", "pk"):
        if kind := kind_of(row.page.specific_class):
            promoted.setdefault(row.promotion.key, []).append((kind, row.page_id))
    return promoted


def watch() -> None:
    """Connects the signals that count changes. Code that bypasses signals calls `_changed` itself."""
    for model in (SynonymRule, Promotion, PromotedPage):
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=model, dispatch_uid=f"search-curation-{model.__name__}")


def _changed(**kwargs: Any) -> None:
    IndexState.objects.get_or_create(pk=1)
    IndexState.objects.filter(pk=1).update(curation=F("curation") + 1)
    forget()
