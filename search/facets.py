"""The registry of facets: the filters of lists. URLs and index hold slugs, people read labels."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from taxonomy.models import ContractType, Department, Profession, Region, Specialty, Theme

from .analysis.analyzer import folded
from .query import SINCE
from .sources import Viewer, offered_kinds

# The profession of documents for no profession in particular: they count for each.
ALL_PROFESSIONS = "toutes"
# Labels change rarely; another process learns of a change within this many seconds.
LABELS_TTL = 60


@dataclass(frozen=True, slots=True)
class Facet:
    name: str  # key of `Document.facets`
    param: str  # in URLs
    label: Any  # a lazily translated str
    # slug → label of every value that lists show and URLs may name.
    choices: Callable[[], Mapping[str, str]] = dict
    # slug → other names of the value. The values of such a facet are suggested while somebody types.
    aliases: Callable[[], Mapping[str, Sequence[str]]] | None = None
    # Instead of `choices`, where values are many or not public: slug → label of those among these slugs that
    # this viewer may know of, read from the database each time.
    names: Callable[[Viewer, Collection[str]], Mapping[str, str]] | None = None
    indexed: bool = True  # its values are a field of the index; else the query computes them
    counted: bool = True  # lists show its values with counts; else it has a form field of its own
    ordered: bool = False  # values keep the order of `choices`; else the most frequent ones come first


_facets: dict[str, Facet] = {}


def register_facet(facet: Facet) -> Facet:
    """Apps add their own (contract, format) in `<app>/search_index.py`, before the index is opened."""
    _facets[facet.name] = facet
    return facet


def facets() -> Mapping[str, Facet]:
    return _facets


def indexed_facets() -> Mapping[str, Facet]:
    """The facets that are fields of the index."""
    return {name: facet for name, facet in _facets.items() if facet.indexed}


def visible_labels(facet: Facet, viewer: Viewer, slugs: Collection[str]) -> Mapping[str, str]:
    """slug → label of those among these values that exist for this viewer."""
    if not slugs:
        return {}
    if facet.names:
        return facet.names(viewer, slugs)
    known = labels(facet)
    return {slug: known[slug] for slug in slugs if slug in known}


def labels(facet: Facet) -> Mapping[str, str]:
    """slug → label of all values of a facet. Cached for `LABELS_TTL` seconds."""
    return _cached("labels", facet, lambda: {slug: str(label) for slug, label in facet.choices().items()})


def facet_value_names(facet: Facet) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """slug → name → its folded words, of all names of a facet's values, the label first. Cached as well."""

    def read() -> dict[str, dict[str, tuple[str, ...]]]:
        aliases = facet.aliases() if facet.aliases else {}
        names = {slug: (label, *aliases.get(slug, ())) for slug, label in labels(facet).items()}
        return {slug: {name: tuple(folded(name)) for name in given} for slug, given in names.items()}

    return _cached("names", facet, read)


# Not in a Django cache: its entries are pickled, and a page reads labels some thirty times.
_memory: dict[tuple[str, str, str | None], tuple[float, Any]] = {}


def _cached(what: str, facet: Facet, read: Callable[[], Any]) -> Any:
    """What `read` returned in this language within `LABELS_TTL` seconds. Callers do not change it."""
    key = (what, facet.name, get_language())
    expires, value = _memory.get(key, (0.0, None))
    if expires < monotonic():
        value = read()
        _memory[key] = (monotonic() + LABELS_TTL, value)
    return value


def forget_labels(**kwargs: Any) -> None:
    """Makes the next reader ask the database. A signal receiver."""
    _memory.clear()


def watch_vocabulary() -> None:
    """Shows an edited label at once in the process that saved it."""
    for model in (ContractType, Department, Profession, Region, Specialty, Theme):
        for signal in (post_save, post_delete):
            signal.connect(forget_labels, sender=model, dispatch_uid=f"search-labels-{model.__name__}")


def _labels(model, field: str, **filters) -> Callable[[], Mapping[str, str]]:
    return lambda: dict(model.objects.filter(**filters).values_list("slug", field))


def _aliases(model, *fields: str) -> Callable[[], Mapping[str, Sequence[str]]]:
    """Reads other names of a facet's values from fields that hold one, or several between commas."""
    return lambda: {
        slug: [name.strip() for field in named for name in field.split(",") if name.strip()]
        for slug, *named in model.objects.values_list("slug", *fields)
    }


# Value of « since » → how long ago that is, and its label.
SPANS: dict[str, tuple[timedelta, Any]] = {
    "24h": (timedelta(hours=24), _("less than 24 hours ago")),
    "7j": (timedelta(days=7), _("less than 7 days ago")),
    "30j": (timedelta(days=30), _("less than 30 days ago")),
}


def since_moments(now: datetime) -> dict[str, datetime]:
    """Value of « since » → the moment that it begins at, to the minute: counts can then be kept for one."""
    now = now.replace(second=0, microsecond=0)
    return {value: now - age for value, (age, _label) in SPANS.items()}


def _kinds(viewer: Viewer, slugs: Collection[str]) -> Mapping[str, str]:
    return {kind: str(source.label) for kind, source in offered_kinds(viewer).items() if kind in slugs}


register_facet(Facet("kind", "type", _("Kind"), names=_kinds, indexed=False))
register_facet(
    Facet(
        "profession",
        "profession",
        _("Profession"),
        _labels(Profession, "label"),
        _aliases(Profession, "plural", "short"),
    )
)
register_facet(Facet("specialty", "specialite", _("Specialty"), _labels(Specialty, "label")))
register_facet(
    Facet("theme", "theme", _("Theme"), _labels(Theme, "name", status="curated"), _aliases(Theme, "synonyms"))
)
register_facet(Facet("region", "region", _("Region"), _labels(Region, "name"), _aliases(Region)))
register_facet(
    Facet(
        "department",
        "departement",
        _("Department"),
        _labels(Department, "name"),
        _aliases(Department, "code"),
    )
)
register_facet(
    Facet(
        SINCE,
        "depuis",
        _("Published"),
        lambda: {value: label for value, (_age, label) in SPANS.items()},
        indexed=False,
        ordered=True,
    )
)
