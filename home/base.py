"""The base of every page of the portal."""

from collections.abc import Collection, Sequence
from functools import cache, lru_cache

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import DEFERRED, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Page, PageViewRestriction, ReferenceIndex, Site
from wagtail.models.sites import SiteRootPath

from members.prepared import prepared

from .access import PortalManager
from .middleware import site_roots
from .serving import page_context

# The admin shows a preview in a frame beside the form; nobody else frames a page.
framed_by_admin = csp_replace({"frame-ancestors": [SELF]})


class PageForm(WagtailAdminPageForm):
    """A page saved before the admin's script has proposed a slug gets one from its title."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False


class PortalPage(Page):
    """A Wagtail page whose audience, if any, is a field of its own: Wagtail's « privacy » is not used."""

    base_form_class = PageForm
    private_page_options: list[str] = []
    # What its template reads through foreign keys, loaded with the page itself.
    served_with: tuple[str, ...] = ()
    section = ""  # which of the four sections the frame marks as current

    objects = PortalManager()

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **kwargs):
        """Also records, in the same transaction, which images and documents the page uses.

        Wagtail leaves that to a background task; who may fetch a file depends on it, so it cannot come late.
        Partial saves (bookkeeping of a draft) carry a text that is not the published one: nothing to record.
        """
        from wagtail.signal_handlers import disable_reference_index_auto_update  # needs the models loaded

        with transaction.atomic(), disable_reference_index_auto_update():
            result = super().save(*args, update_fields=update_fields, **kwargs)
            if update_fields is None:
                ReferenceIndex.create_or_update_for_object(self)
        return result

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Sequence) -> "PortalPage":
        """Django's own. Wagtail's walks over all fields of the model, for each row, to find children among
        what a page is made with: rows of the database bring none.
        """
        if len(values) != len(cls._meta.concrete_fields):
            loaded = dict(zip(field_names, values, strict=True))
            values = [loaded.get(name, DEFERRED) for name in _columns(cls)]
        page = cls.__new__(cls)
        models.Model.__init__(page, *values)
        page._state.adding, page._state.db = False, db
        return page

    def get_url(self, request: HttpRequest | None = None, current_site: Site | None = None) -> str | None:
        """Wagtail's, remembered where all pages are those of one site: each row of a list has an address."""
        roots = site_roots()
        if len(roots) == 1 and self.url_path.startswith(root := roots[0].root_path):
            return _served_at(self.url_path[len(root) :])
        return super().get_url(request, current_site)

    url = property(get_url)

    def _get_site_root_paths(self, cache_object=None, **kwargs) -> list[SiteRootPath]:
        # Kept where Wagtail keeps its own: redirects of moved pages read them there.
        (cache_object or self)._wagtail_cached_site_root_paths = site_roots()
        return super()._get_site_root_paths(cache_object, **kwargs)

    def get_view_restrictions(self) -> QuerySet:
        return PageViewRestriction.objects.none()

    @framed_by_admin
    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return super().serve_preview(request, mode_name)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        return context | {"section": self.section} | page_context(self, request)

    def nearest(self, slugs: list[str]) -> tuple["PortalPage | None", list[str]]:
        """The deepest page below this one on the way that `slugs` name, and what is left of the way.

        Two queries at any depth; Wagtail asks two at each level.
        """
        rows = prepared(_deeper, self.depth, slugs, deepest=self.depth + len(slugs))
        known = {
            (depth, slug, path[: -self.steplen]): (path, pk, kind) for depth, slug, path, pk, kind in rows
        }
        path, found = self.path, None
        for step, slug in enumerate(slugs, start=1):
            child = known.get((self.depth + step, slug, path))
            if child is None:
                break
            path, found = child[0], (child, slugs[step:])
        if found is None:
            return None, slugs
        (_path, pk, kind), rest = found
        model = ContentType.objects.get_for_id(kind).model_class()
        if model is None or not issubclass(model, PortalPage):
            return None, slugs
        served = prepared(_served, pk, model=model)
        return (served[0], rest) if served else (None, slugs)


@cache
def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@lru_cache(maxsize=4096)
def _served_at(path: str) -> str:
    return reverse("wagtail_serve", args=(path,))


def _deeper(depth: int, slugs: list[str], deepest: int) -> QuerySet:
    """Pages that may stand on a way down from a depth, wherever they are: the way itself is told by paths."""
    pages = Page.objects.filter(depth__gt=depth, depth__lte=deepest, slug__in=slugs).order_by()
    return pages.values_list("depth", "slug", "path", "pk", "content_type")


def _served(pk: int, model: type[PortalPage]) -> QuerySet:
    # `select_related()` without a name would join every foreign key.
    return model.objects.select_related(*model.served_with or (None,)).filter(pk=pk)


def portal_page_models() -> list[type[PortalPage]]:
    """Every concrete page type of the portal, whichever app it lives in."""
    found, waiting = [], [PortalPage]
    while waiting:
        model = waiting.pop()
        waiting.extend(model.__subclasses__())
        if not model._meta.abstract:
            found.append(model)
    return sorted(found, key=lambda model: model._meta.label)


def refuse_view_restriction(**kwargs) -> None:
    """Wagtail's privacy would say another thing than the audience, and search would not know of it."""
    raise PermissionDenied("Use the page's audience instead of a view restriction.")
