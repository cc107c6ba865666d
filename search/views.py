from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .listing import listing_response


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`/recherche/`: everything that this reader may find."""
    return listing_response(request, title=_("Search"), section="search")
