from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from members.access import VISITOR

from .branding import Brand

LANGUAGES = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
# The four sections of the portal: key (the `section` of a page's context), URL, label, icon.
SECTIONS = (
    ("news", "/actualites/", _("News"), "newspaper"),
    ("jobs", "/emplois/", _("Jobs"), "briefcase-medical"),
    ("trainings", "/formations/", _("Trainings"), "graduation-cap"),
    ("community", "/communaute/", _("Community"), "messages-square"),
)


def site(request: HttpRequest) -> dict:
    """What every page shows around its content; `canonical` is its URL without filters."""
    return {
        "brand": Brand.for_request(request),
        "viewer": getattr(request, "viewer", VISITOR),
        "canonical": settings.SITE_URL + request.path,
        "sections": SECTIONS,
        "path_section": _section_of(request.path),
        "languages": LANGUAGES,
    }


def _section_of(path: str) -> str:
    """Returns the key of the section that a path belongs to, "home" for the front page, else ""."""
    if path == "/":
        return "home"
    return next((key for key, url, *_texts in SECTIONS if path.startswith(url)), "")
