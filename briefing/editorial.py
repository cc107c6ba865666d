"""Candidates among editorial pages: recent, for the reader's profession, those of their region first."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from home.access import EditorialQuerySet
from home.editorial import EditorialPage
from members.access import Viewer

from .sections import Candidate

# Newest pages that are looked at: an issue a day for months does not show that many.
CANDIDATES = 40


def recent_pages(
    kind: str, model: type[EditorialPage], *, within: timedelta, near_first: bool = False
) -> Callable[[Viewer], Iterable[Candidate]]:
    """Returns what finds pages published within this time. `near_first`: those of the reader's region."""

    def candidates(viewer: Viewer) -> Iterable[Candidate]:
        pages = model.objects.visible_to(viewer).newest_for(viewer.profession_slugs)
        recent = pages.filter(published_at__gte=timezone.now() - within)
        return page_candidates(kind, recent, viewer, near_first=near_first)

    return candidates


def page_candidates(
    kind: str, pages: EditorialQuerySet, viewer: Viewer, *, near_first: bool = False
) -> list[Candidate]:
    """Candidates of the first `CANDIDATES` pages, with what makes them this reader's."""
    pks = list(pages.values_list("pk", flat=True)[:CANDIDATES])
    mine = _having(pages, pks, professions__slug__in=viewer.profession_slugs)
    near = _having(pages, pks, departments__region__slug__in=viewer.region_slugs) if near_first else set()
    candidates = [Candidate(kind, pk, _reason(pk in mine, pk in near)) for pk in pks]
    return sorted(candidates, key=lambda one: one.pk not in near)


def _having(pages: EditorialQuerySet, pks: list[int], **lookup: Iterable[str]) -> set[int]:
    if not pks or not all(lookup.values()):
        return set()
    return set(pages.model.objects.filter(Q(**lookup), pk__in=pks).values_list("pk", flat=True))


def _reason(is_mine: bool, is_near: bool) -> str:
    if is_mine and is_near:
        return _("because it is for your profession, in your region")
    if is_near:
        return _("because it is in your region")
    if is_mine:
        return _("because it is for your profession")
    return _("because it is recent and for all professions")
