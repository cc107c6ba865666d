"""What becomes of the themes that members typed: kept (maybe renamed), merged, or removed.

Search follows by itself: it tracks themes, whoever saves or deletes them (`community.search_index`).
"""

from secrets import token_hex

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import require_permission
from core.text import one_line, slug_of
from members.access import Viewer
from taxonomy.merging import merge_themes
from taxonomy.models import Theme

from .common import get_or_deny
from .threads import THEME_MAX, THEME_MIN


@transaction.atomic
def theme_keep(*, viewer: Viewer, theme: Theme, name: str = "") -> Theme:
    """Lists a proposed theme, under another name if one is given."""
    theme = _proposed(viewer, theme)
    name = one_line(name) or theme.name
    if not THEME_MIN <= len(name) <= THEME_MAX:
        raise ValidationError(
            {
                "name": _("A theme has %(min)s to %(max)s characters: “%(name)s”.")
                % {"min": THEME_MIN, "max": THEME_MAX, "name": name[:60]}
            }
        )
    if Theme.objects.listed().filter(name__iexact=name).exists():
        raise ValidationError({"name": _("There is a theme of that name: merge this one into it.")})
    theme.name, theme.status = name, Theme.Status.CURATED
    try:
        with transaction.atomic():
            theme.slug = _free_slug(theme)
            theme.save(update_fields=["name", "status", "slug"])
    except IntegrityError as error:  # another manager has listed one of that name at this moment
        sentence = _("There is a theme of that name: merge this one into it.")
        raise ValidationError({"name": sentence}) from error
    return theme


def _free_slug(theme: Theme) -> str:
    """What filters are called by: the bare name, unless a listed theme is called so."""
    others = Theme.objects.filter(slug=slug_of(theme.name)).exclude(pk=theme.pk)
    for proposed in others.filter(status=Theme.Status.PROPOSED):
        proposed.slug = f"{proposed.slug[:90]}-{token_hex(3)}"
        proposed.save(update_fields=["slug"])
    return theme.slug if others.exists() else slug_of(theme.name) or theme.slug


@transaction.atomic
def theme_merge(*, viewer: Viewer, theme: Theme, into: Theme) -> Theme:
    """Everything that carries a proposed theme carries `into` instead, which answers to its name."""
    theme = _proposed(viewer, theme)
    require_permission(into.pk != theme.pk and into.status == Theme.Status.CURATED)
    merge_themes(theme, into)
    return into


@transaction.atomic
def theme_drop(*, viewer: Viewer, theme: Theme) -> None:
    """Takes a proposed theme off everything that carries it."""
    _proposed(viewer, theme).delete()


def _proposed(viewer: Viewer, theme: Theme) -> Theme:
    require_permission(viewer.is_manager)
    proposed = Theme.objects.select_for_update().filter(status=Theme.Status.PROPOSED)
    return get_or_deny(proposed.filter(pk=theme.pk).first())
