"""Groups in the search: found by those who may know that they exist (registered in `search_index`)."""

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Model, QuerySet
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.compiled_query import compiled_query
from home.search import track_words
from members.access import MANAGER, PRO
from search.documents import Document
from search.index.tracking import track, track_m2m
from search.sources import Row, Source, Viewer
from taxonomy.models import Profession

from . import richtext
from .models import Group
from .permissions import name_tokens

_VISIBILITIES = {
    Group.Visibility.OPEN: gettext_lazy("Open group"),
    Group.Visibility.PRIVATE: gettext_lazy("Private group"),
    Group.Visibility.SECRET: gettext_lazy("Secret group"),
}


class GroupSource(Source):
    kind = "group"
    label = gettext_lazy("Groups")
    singular = gettext_lazy("Group")
    icon = "users"
    synonyms = ("groupe",)
    model: type[Model] = Group
    facets = ("profession",)

    def offered_to(self, viewer: Viewer) -> bool:
        return bool(viewer.tokens & {PRO, MANAGER})

    def count_label(self, total: int) -> str:
        return ngettext("%(total)s group", "%(total)s groups", total) % {"total": localize(total)}

    def eligible(self) -> QuerySet:
        return Group.objects.all()

    def documents(self, pks: Iterable[int]) -> Iterator[Document]:
        for group in self.eligible().filter(pk__in=list(pks)).prefetch_related("professions"):
            yield _document(group)

    def visible(self, pks: Iterable[int], viewer: Viewer) -> Mapping[int, Row]:
        seen = set(Group.objects.visible_ids(viewer))
        return {group.pk: _row(group) for group in compiled_query(_shown, [pk for pk in pks if pk in seen])}


def _shown(pks: list[int]) -> QuerySet[Group]:
    return Group.objects.filter(pk__in=pks).prefetch_related("professions")


def _document(group: Group) -> Document:
    professions = sorted(group.professions.all(), key=lambda profession: profession.slug)
    return Document(
        kind=GroupSource.kind,
        pk=group.pk,
        title=group.name,
        keywords=", ".join(f"{p.label} {p.plural} {p.short}" for p in professions),
        body=f"{group.description}\n\n{richtext.to_text(group.rules)}".strip(),
        access=name_tokens(group),
        date=group.created_at,
        facets={"profession": tuple(p.slug for p in professions)},
    )


def _row(group: Group) -> Row:
    plurals = ", ".join(profession.plural for profession in group.professions.all())
    return Row(
        kind=GroupSource.kind,
        pk=group.pk,
        title=group.name,
        url=group.get_absolute_url(),
        meta_items=(str(_VISIBILITIES[Group.Visibility(group.visibility)]), plurals or _("All professions")),
        summary=group.description,
    )


track(Group, GroupSource.kind)
track_m2m(Group.professions.through, GroupSource.kind, Group)
track_words(Profession, GroupSource.kind, Group, "professions")
