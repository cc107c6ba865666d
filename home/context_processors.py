from django.conf import settings
from django.http import HttpRequest

from members.access import VISITOR


def site(request: HttpRequest) -> dict:
    """What every page shows around its content: brand, reader, the page's own address without filters."""
    from .branding import Brand

    return {
        "brand": Brand.for_request(request),
        "viewer": getattr(request, "viewer", VISITOR),
        "canonical": settings.SITE_URL + request.path,
    }
