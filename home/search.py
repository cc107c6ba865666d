"""What the search sources of news, offers and trainings share: documents and rows."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db.models import Model, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext, override
from wagtail.models import Site

from core.compiled_query import compiled_query
from members.access import Viewer
from search.documents import Document
from search.index.tracking import track_pages, track_related
from search.location_filter import LOCATION, location_codes
from search.sources import Row, Source
from taxonomy.models import Department, Profession, Region, Specialty, Theme
from taxonomy.places import Commune

from .access import EditorialQuerySet, access_tokens, audience_of, cached_for_audience, viewer_of
from .editorial import EditorialPage

# « Plus que 3 jours » from then on.
SOON = timedelta(days=7)
# What every row reads; a page has some fifty columns.
COMMON_FIELDS = ("title", "url_path", "published_at", "first_published_at", "excerpt")


class EditorialSource(Source):
    """Apps give the kind, the model, what a row says, and what else a document holds."""

    model: type[EditorialPage]
    syndicated = True
    # What a row reads: fields of the page and of its foreign keys, and what to prefetch.
    row_fields: ClassVar[Sequence[str]] = ()
    row_keys: ClassVar[Sequence[str]] = ()
    row_relations: ClassVar[Sequence[str | Prefetch]] = ()
    # What a document reads beside the vocabulary: foreign keys and relations.
    foreign_keys: ClassVar[Sequence[str]] = ()
    relations: ClassVar[Sequence[str]] = ()

    def eligible(self) -> QuerySet:
        return self.model.objects.current()

    def documents(self, pks: Iterable[int]) -> Iterator[Document]:
        pages = self.eligible().filter(pk__in=list(pks)).select_related(*self.foreign_keys)
        relations = ["professions", "specialties", "departments__region", "themes"]
        for page in pages.prefetch_related(*relations, *self.relations):
            yield self.document(page)

    def document(self, page: EditorialPage) -> Document:
        places = self.places(page)
        with override(settings.LANGUAGE_CODE):  # the same document whoever saves the page
            own_words = [str(word) for word in self.words(page)]
        return Document(
            kind=self.kind,
            pk=page.pk,
            title=page.display_title,
            keywords=" · ".join(filter(None, [*_vocabulary_words(page), *_place_words(places), *own_words])),
            body=page.readable_text or page.make_text(),
            access=access_tokens(page),
            date=page.date,
            expires_at=page.expires_at,
            begins_at=self.begins_at(page),
            facets={
                "profession": tuple(profession.slug for profession in page.professions.all()),
                "specialty": tuple(specialty.slug for specialty in page.specialties.all()),
                "theme": tuple(theme.slug for theme in curated_themes(page)),
                "region": tuple(sorted({place.region.slug for place in places})),
                "department": tuple(sorted({place.slug for place in places})),
                LOCATION: location_codes((place.code for place in places), self.towns(page)),
                **self.own_facets(page),
            },
        )

    def visible(self, pks: Iterable[int], viewer: Viewer) -> Mapping[int, Row]:
        pks = sorted(pks)

        def build() -> dict[int, Row]:
            pages = _with_urls(compiled_query(self._visible, *audience_of(viewer), pks), viewer)
            return {page.pk: replace(self.row(page), text=page.readable_text) for page in pages}

        return cached_for_audience(viewer, f"rows {self.kind} {pks}", build)

    def _visible(self, roles: frozenset[str], codes: list[str], pks: list[int]) -> QuerySet:
        pages = self.model.objects.visible_to(viewer_of(roles, codes)).filter(pk__in=pks)
        return self._for_rows(pages, "readable_text")

    def _for_rows(self, pages: EditorialQuerySet, *fields: str) -> QuerySet:
        # `select_related()` without a name would join every foreign key.
        pages = pages.select_related(*self.row_keys or (None,)).prefetch_related(*self.row_relations)
        return pages.only(*COMMON_FIELDS, *self.row_fields, *fields)

    def rows(self, pages: EditorialQuerySet, viewer: Viewer) -> list[Row]:
        """Returns rows of pages that were selected for this viewer."""
        return [self.row(page) for page in _with_urls(self._for_rows(pages), viewer)]

    # --- What an app says of its pages --------------------------------------------------------------

    @abstractmethod
    def row(self, page: EditorialPage) -> Row: ...

    def words(self, page: EditorialPage) -> Iterable[str]:
        """Labels that a reader may type, beside the vocabulary."""
        return ()

    def places(self, page: EditorialPage) -> list[Department]:
        return sorted(set(page.departments.all()), key=lambda place: place.code)

    def towns(self, page: EditorialPage) -> Iterable[Commune | None]:
        """Where it is, more precisely than `places`."""
        return ()

    def begins_at(self, page: EditorialPage) -> datetime | None:
        """When the next thing that a page announces begins."""
        return None

    def own_facets(self, page: EditorialPage) -> Mapping[str, tuple[str, ...]]:
        return {}


def _with_urls(pages: Iterable[EditorialPage], viewer: Viewer) -> list[EditorialPage]:
    """Wagtail would ask the shared cache, a table of the database, for each page that says its URL."""
    pages = list(pages)
    roots = viewer.once("home.site_root_paths", Site.get_site_root_paths) if pages else []
    for page in pages:
        page._wagtail_cached_site_root_paths = roots
    return pages


def curated_themes(page: EditorialPage) -> list[Theme]:
    themes = (theme for theme in page.themes.all() if theme.status == Theme.Status.CURATED)
    return sorted(themes, key=lambda theme: theme.name)


def _vocabulary_words(page: EditorialPage) -> Iterator[str]:
    for profession in page.professions.all():
        yield from dict.fromkeys([profession.label, profession.plural, profession.short])
    for specialty in page.specialties.all():
        yield from (specialty.label, specialty.synonyms)
    for theme in curated_themes(page):
        yield from (theme.name, theme.synonyms)


def _place_words(places: Iterable[Department]) -> Iterator[str]:
    yield from dict.fromkeys(word for place in places for word in (place.name, place.code, place.region.name))


def expiry_badge(page: EditorialPage) -> str:
    """« Plus que 3 jours » when the page expires soon, else nothing."""
    end = page.expires_at
    if end is None or not timedelta(0) < (left := end - timezone.now()) <= SOON:
        return ""
    days = -(-left // timedelta(days=1))
    return ngettext("Last day", "%(n)s days left", days) % {"n": days}


def track_editorial(model: type[EditorialPage], kind: str) -> None:
    """Whatever changes a document of this kind: the page, and the words of the vocabulary that it carries."""
    tagged = model._meta.get_field("themed_items").related_model
    track_pages(model, kind)
    track_related(
        Theme, kind, lambda theme: tagged.objects.filter(tag=theme).values_list("content_object", flat=True)
    )
    for vocabulary, field in ((Profession, "professions"), (Specialty, "specialties")):
        track_words(vocabulary, kind, model, field)
    track_places(kind, model, "departments")


def track_words(vocabulary: type[Model], kind: str, model: type[Model], field: str, pk: str = "pk") -> None:
    """A changed word changes the objects of `kind`: those in column `pk` of rows that hold it in `field`."""
    rows = model._default_manager
    track_related(vocabulary, kind, lambda word: rows.filter(**{field: word}).values_list(pk, flat=True))


def track_places(kind: str, model: type[Model], department: str, pk: str = "pk") -> None:
    """The same for departments and their regions: `department` is the field of `model` that holds one."""
    track_words(Department, kind, model, department, pk)
    track_words(Region, kind, model, f"{department}__region", pk)
