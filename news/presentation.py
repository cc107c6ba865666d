"""How a news item is presented: where it comes from and who answers for it."""

from django.utils.translation import gettext as _

from taxonomy.models import Profession

from .models import NewsPage

LIST = "/actualites/"


def origin_text(page: NewsPage) -> str:
    """« Haute autorité », or the kind of source when it has no name."""
    return page.source_name or page.get_source_type_display()


def review_text(page: NewsPage) -> str:
    """« Relecture : pharmacien », or nothing."""
    if not page.reviewer_profession:
        return ""
    return _("reviewed by: %(profession)s") % {"profession": page.reviewer_profession.label.lower()}


def person_text(name: str, profession: Profession | None) -> str:
    return ", ".join(filter(None, [name, profession.label.lower() if profession else ""]))
