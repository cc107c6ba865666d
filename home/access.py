"""Who may read an editorial page: the tokens that open it and the queryset that says the same, side by side.

`news/tests/test_access.py` holds both together. Whether a page is *current* (offers close, sessions pass) is
a question of time, asked of the database when reading; tokens say only who.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any, Protocol, TypeVar

from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from core.content import cached_content
from members.access import EDITOR, PRO, PUBLIC, Viewer, profession_token

PROFESSION_PREFIX = profession_token("")
Built = TypeVar("Built")


class HasAudience(Protocol):
    """An editorial page."""

    pk: int
    audience: str
    professions: Any
    themes: Any


class Audience(models.TextChoices):
    EVERYONE = "everyone", _("Everyone")
    VERIFIED = "verified", _("Verified professionals")
    PROFESSIONS = "professions", _("Verified members of the chosen professions")


def access_tokens(page: HasAudience) -> frozenset[str]:
    """Tokens that open a page; a viewer who holds one of them may read it. Unknown audience: editors only."""
    match page.audience:
        case Audience.EVERYONE:
            return frozenset({PUBLIC, EDITOR})
        case Audience.VERIFIED:
            return frozenset({PRO, EDITOR})
        case Audience.PROFESSIONS:
            return frozenset({EDITOR, *(profession_token(p.code) for p in page.professions.all())})
        case _:
            return frozenset({EDITOR})


def editorial_tokens(tokens: Iterable[str]) -> frozenset[str]:
    """Those that open an editorial page: viewers who hold the same ones read the same pages."""
    return frozenset(t for t in tokens if t in (EDITOR, PRO, PUBLIC) or t.startswith(PROFESSION_PREFIX))


def cached_for_audience(viewer: Viewer, key: str, build: Callable[[], Built]) -> Built:
    """Returns what `build` makes of editorial pages, for all viewers who read the same ones.

    Kept under the content version of the viewer's request (`core.content`). `key` names everything else that
    the result depends on, but for the language.
    """
    if viewer.content_version is None:
        return build()
    audience = " ".join(sorted(editorial_tokens(viewer.tokens)))
    return cached_content(viewer.content_version(), f"{key} {get_language()} {audience}", build)


def audience_of(viewer: Viewer) -> tuple[frozenset[str], list[str]]:
    """What of a viewer decides which editorial pages they read, as arguments of a compiled query.

    The tokens of their roles, of which there are few combinations, and the codes of their professions.
    """
    tokens = editorial_tokens(viewer.tokens)
    codes = sorted(t.removeprefix(PROFESSION_PREFIX) for t in tokens if t.startswith(PROFESSION_PREFIX))
    return frozenset(t for t in tokens if not t.startswith(PROFESSION_PREFIX)), codes


def viewer_of(roles: frozenset[str], codes: Iterable[str]) -> Viewer:
    """A viewer who reads the same editorial pages: the inverse of `audience_of`."""
    return Viewer(tokens=roles.union(map(profession_token, codes)))


def may_read(page: HasAudience, viewer: Viewer) -> bool:
    """Whether the audience of this page includes the viewer."""
    return not access_tokens(page).isdisjoint(viewer.tokens)


class PortalQuerySet(PageQuerySet):
    """Pages without an audience (home, lists, standard pages): who may come here reads what is live."""

    def visible_to(self, viewer: Viewer) -> "PortalQuerySet":
        return self.live()


class EditorialQuerySet(PageQuerySet):
    """News, offers, trainings. Every list, count and file that reaches a person starts at `visible_to`."""

    def visible_to(self, viewer: Viewer) -> "EditorialQuerySet":
        """Live and current pages whose audience includes the viewer."""
        return self.current().open_to(viewer.tokens)

    def current(self) -> "EditorialQuerySet":
        """Live pages whose time has come and has not passed: what the index holds."""
        return self.live()

    def open_to(self, tokens: Iterable[str]) -> "EditorialQuerySet":
        """Pages that one of these tokens opens, live or not."""
        tokens = editorial_tokens(tokens)
        if EDITOR in tokens:
            return self
        opened = Q(pk__in=[])
        if PUBLIC in tokens:
            opened |= Q(audience=Audience.EVERYONE)
        if PRO in tokens:
            opened |= Q(audience=Audience.VERIFIED)
        codes = [
            token.removeprefix(PROFESSION_PREFIX) for token in tokens if token.startswith(PROFESSION_PREFIX)
        ]
        if codes:
            opened |= Q(audience=Audience.PROFESSIONS, pk__in=self._addressed(profession__code__in=codes))
        return self.filter(opened)

    def for_professions(self, slugs: Iterable[str]) -> "EditorialQuerySet":
        """Addressed to one of these professions, or to none in particular, which counts for each."""
        theirs = self._addressed(profession__slug__in=list(slugs))
        return self.filter(Q(pk__in=theirs) | ~Q(pk__in=self._addressed()))

    def newest_first(self) -> "EditorialQuerySet":
        return self.order_by("-published_at", "-pk")

    def newest_for(self, professions: Collection[str]) -> "EditorialQuerySet":
        """The newest first, for these professions (slugs; none: for all)."""
        return (self.for_professions(professions) if professions else self).newest_first()

    def similar_to(self, page: HasAudience) -> "EditorialQuerySet":
        """Other pages for the same professions, those nearest to `page` first, then the newest."""
        nearest = [When(condition, then=Value(rank)) for rank, condition in enumerate(self._near(page))]
        order = [Case(*nearest, default=Value(len(nearest)), output_field=IntegerField())] if nearest else []
        others = self.newest_for([profession.slug for profession in page.professions.all()])
        return others.exclude(pk=page.pk).order_by(*order, "-published_at", "-pk")

    def _near(self, page: HasAudience) -> list[Q]:
        """Conditions on the neighbours of a page, the nearest first."""
        themes = [theme.pk for theme in page.themes.all()]
        tagged = self.model._meta.get_field("themed_items").related_model
        return [Q(pk__in=tagged.objects.filter(tag__in=themes).values("content_object"))] if themes else []

    def _addressed(self, **filters) -> models.QuerySet:
        """Ids of pages that name professions. Compared by `IN`: `EXISTS` takes twice as long to build."""
        field = self.model._meta.get_field("professions")
        links = field.remote_field.through.objects.filter(**filters).order_by()
        return links.values(f"{field.m2m_field_name()}_id")


# `PageManager` orders by path, as Wagtail expects of the default manager of a page.
PortalManager = PageManager.from_queryset(PortalQuerySet)
EditorialManager = PageManager.from_queryset(EditorialQuerySet)
