"""Verified professionals in the search, found by their colleagues (registered in `search_index`).

They stand here and not in `members`, which may not know of search. What is indexed is what colleagues read:
the name as it is shown, never the e-mail address. Who chose not to be found has no document.
"""

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.formats import localize
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from home.search import track_places, track_words
from members.access import MANAGER, PRO
from members.models import Practice, Profile, User, Verification
from search.documents import Document
from search.index.tracking import track, track_related
from search.location_filter import LOCATION, location_codes
from search.sources import Row, Source, Viewer
from taxonomy.models import Profession, Specialty
from taxonomy.places import located

from .directory import DirectoryEntry, directory_entries, visible_entries

SUMMARY_MAX = 220
TOKENS = frozenset({PRO, MANAGER})


class PersonSource(Source):
    kind = "person"
    label = _("Professionals")
    singular = _("Professional")
    icon = "user"
    model: type[Model] = User
    facets = ("profession", LOCATION, "region")

    def offered_to(self, viewer: Viewer) -> bool:
        return bool(viewer.tokens & TOKENS)

    def count_label(self, total: int) -> str:
        return ngettext("%(total)s professional", "%(total)s professionals", total) % {
            "total": localize(total)
        }

    def eligible(self) -> QuerySet:
        return User.objects.findable()

    def documents(self, pks: Iterable[int]) -> Iterator[Document]:
        users = self.eligible().filter(pk__in=list(pks)).select_related("profile")
        yield from map(_document, directory_entries(users))

    def visible(self, pks: Iterable[int], viewer: Viewer) -> Mapping[int, Row]:
        return {person.user.pk: _row(person) for person in visible_entries(pks, viewer)}


def _document(person: DirectoryEntry) -> Document:
    places = person.departments
    codes = [place.code for place in places]
    keywords = [f"{p.label} {p.plural} {p.short}" for p in person.professions]
    keywords += [f"{specialty.label} {specialty.synonyms}".strip() for specialty in person.specialties]
    keywords += [f"{place.name} {place.code} {place.region.name}" for place in places]
    if person.profile.town:
        keywords.append(person.profile.town)
    return Document(
        kind=PersonSource.kind,
        pk=person.user.pk,
        title=person.user.display_name,
        keywords=", ".join(keywords),
        body=person.profile.presentation,
        access=TOKENS,
        date=person.user.date_joined,
        facets={
            "profession": tuple(sorted(p.slug for p in person.professions)),
            "region": tuple(sorted({place.region.slug for place in places})),
            "department": tuple(sorted(place.slug for place in places)),
            LOCATION: location_codes(codes, [located("", person.profile.town, codes)]),
        },
    )


def _row(person: DirectoryEntry) -> Row:
    return Row(
        kind=PersonSource.kind,
        pk=person.user.pk,
        title=person.user.display_name,
        url=reverse("community_person", args=[person.user.pk]),
        meta_items=[
            ", ".join(profession.label for profession in person.professions),
            *(specialty.label for specialty in person.specialties),
        ],
        place=person.location,
        summary=Truncator(person.profile.presentation).chars(SUMMARY_MAX),
    )


# Signing in changes nothing that can be found.
track_related(User, PersonSource.kind, lambda user: [user.pk], ignored=frozenset({"last_login"}))
for _model in (Profile, Practice, Verification):
    track(_model, PersonSource.kind, lambda row: row.user_id)
track_words(Profession, PersonSource.kind, Verification, "profession", "user")
track_words(Specialty, PersonSource.kind, Practice, "specialty", "user")
track_places(PersonSource.kind, Practice, "department", "user")
