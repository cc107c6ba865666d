"""Saving, changing and deleting searches."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.text import one_line
from members.access import Viewer
from members.models import User
from members.viewers import viewer_for
from search.engines.base import EngineUnavailable

from .models import NAME_MAX, QUERY_MAX, SavedSearch
from .queries import key_of, new_results, query_string, read_query

# A person reads a few of them; this only bounds what an account can make the portal work.
MOST = 100


@transaction.atomic
def saved_search_create(*, viewer: Viewer, name: str, query: str, frequency: str) -> SavedSearch:
    """Saves a list. `query`: its query string on `/recherche/`; what it does not understand is left out."""
    owner = _locked_owner(viewer)
    state = read_query(query, viewer).state
    canonical = query_string(state)
    if len(canonical) > QUERY_MAX:
        raise ValidationError(_("This search has too many filters to be saved: remove some."))
    held = SavedSearch.objects.filter(user=owner)
    if (same := held.filter(query=canonical).first()) is not None:
        raise ValidationError(_("You have already saved this search as “%(name)s”.") % {"name": same.name})
    if held.count() >= MOST:
        raise ValidationError(_("You have saved %(n)s searches: delete one first.") % {"n": MOST})
    now = timezone.now()
    saved = SavedSearch(
        user=owner, name=_clean_name(name), query=canonical, frequency=frequency, checked_at=now
    )
    saved.told = _already_there(saved, viewer)
    saved.save()
    return saved


def _already_there(saved: SavedSearch, viewer: Viewer) -> list[str]:
    """What stands in the list already and its first alert would take for new."""
    state = read_query(saved.query, viewer).state
    try:
        there = new_results(state, viewer, since=saved.checked_at, told=(), now=saved.checked_at)
    except EngineUnavailable:
        return []
    return [key_of(result) for result in there]


@transaction.atomic
def saved_search_update(*, viewer: Viewer, pk: int, name: str, frequency: str) -> SavedSearch:
    return saved_search_set(saved=_own(viewer, pk), name=name, frequency=frequency)


@transaction.atomic
def saved_search_set(*, saved: SavedSearch, name: str, frequency: str) -> SavedSearch:
    """The same for whoever the caller knows may do so: its owner, or who holds the link of its mails."""
    saved = SavedSearch.objects.select_for_update().get(pk=saved.pk)
    if frequency != saved.frequency and saved.frequency == SavedSearch.Frequency.NEVER:
        saved.checked_at = timezone.now()  # nothing of the time without mail is told
        saved.told = _already_there(saved, viewer_for(saved.user))
    saved.name, saved.frequency = _clean_name(name), frequency
    saved.save(update_fields=["name", "frequency", "checked_at", "told"])
    return saved


@transaction.atomic
def saved_search_replace(*, viewer: Viewer, pk: int, query: str) -> SavedSearch:
    """Another list under the same name."""
    saved = _own(viewer, pk)
    saved.query = query_string(read_query(query, viewer).state)
    if len(saved.query) > QUERY_MAX:
        raise ValidationError(_("This search has too many filters to be saved: remove some."))
    saved.checked_at = timezone.now()
    saved.told = _already_there(saved, viewer)
    saved.save(update_fields=["query", "checked_at", "told"])
    return saved


@transaction.atomic
def saved_search_delete(*, viewer: Viewer, pk: int) -> None:
    _own(viewer, pk).delete()


def _own(viewer: Viewer, pk: int) -> SavedSearch:
    saved = SavedSearch.objects.visible_to(viewer).select_for_update().filter(pk=pk).first()
    if saved is None:
        raise PermissionDenied
    return saved


def _locked_owner(viewer: Viewer) -> User:
    """Two forms sent at once are counted one after the other."""
    if viewer.user_id is None:
        raise PermissionDenied
    return User.objects.select_for_update().get(pk=viewer.user_id)


def _clean_name(name: str) -> str:
    name = one_line(name)[:NAME_MAX]
    if not name:
        raise ValidationError({"name": _("Give the search a name.")})
    return name
