"""What becomes of the themes that members typed: kept (maybe renamed), merged, or removed.

Search follows by itself: it tracks themes, whoever saves or deletes them (`community.search_index`).
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import require_permission
from core.text import one_line
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
    theme.save(update_fields=["name", "status"])
    return theme


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
