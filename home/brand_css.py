from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from .branding import Brand


@cache_control(public=True, max_age=7 * 24 * 3600)
def brand_css(request: HttpRequest) -> HttpResponse:
    """The accent hue as a stylesheet: pages link it (with the hue in the address) when it is not the default.

    A strict Content-Security-Policy leaves no room for a style attribute.
    """
    hue = Brand.for_request(request).hue
    return HttpResponse(f"@layer tokens {{ :root {{ --hue: {hue}; }} }}\n", content_type="text/css")
