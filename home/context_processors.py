from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_info

from members.access import VISITOR

from .branding import Brand
from .navigation import SECTIONS, section_of

LANGUAGES = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]


def site(request: HttpRequest) -> dict:
    """What every page shows around its content; `canonical` is its URL without filters."""
    return {
        "brand": Brand.for_request(request),
        "viewer": getattr(request, "viewer", VISITOR),
        "canonical": settings.SITE_URL + request.path,
        "sections": SECTIONS,
        "path_section": section_of(request.path),
        "languages": LANGUAGES,
    }
