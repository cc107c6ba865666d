"""Addresses that are no page of the portal: redirects of editors, whatever was added on the way."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.http import escape_leading_slashes
from wagtail.contrib.redirects import middleware
from wagtail.contrib.redirects.models import Redirect

from .links import page_of

# What mails, campaigns and social networks add to addresses.
_TRACKING = re.compile(
    r"utm_|mtm_|matomo_|pk_|piwik_|at_|mc_[ce]id|_hs|hsa_|[a-z]*clid$|gclsrc|gbraid|wbraid|igsh|xtor",
    re.IGNORECASE,
)


class RedirectMiddleware(middleware.RedirectMiddleware):
    """Wagtail's, which would miss a redirect that holds a query string once `utm_source` is added to it.

    An address whose accents are decomposed, as some systems send it, leads to the same one composed.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code != 404:
            return response
        for path in _candidates(request):
            redirect = middleware.get_redirect(request, path)
            if redirect and redirect.link is not None:
                return _follow(request, redirect, response)
        composed = unicodedata.normalize("NFC", request.path)
        if composed != request.path:
            query = request.META.get("QUERY_STRING", "")
            address = quote(composed) + (f"?{query}" if query else "")
            # « //elsewhere.example/ » would be another site.
            return HttpResponsePermanentRedirect(escape_leading_slashes(address))
        return response


def _follow(request: HttpRequest, redirect: Redirect, not_found: HttpResponse) -> HttpResponse:
    """The new URL of a page holds its title: only who may read the page is told it (docs/adr/0026)."""
    page = page_of(redirect)
    if page is not None and not page.live:
        return not_found
    if page is not None and (refusal := page.refusal(request)) is not None:
        return refusal.render() if isinstance(refusal, TemplateResponse) else refusal
    if page is not None and not page.is_open:
        return not_found
    response = HttpResponsePermanentRedirect if redirect.is_permanent else HttpResponseRedirect
    answer = response(redirect.link)
    if page is not None and page.is_reserved:
        answer["Cache-Control"] = "private, no-cache"
    return answer


def _candidates(request: HttpRequest) -> Iterator[str]:
    """The address as redirects are stored: whole, without what tracks people, without its query string."""
    parts = urlsplit(request.get_full_path())
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(pair[0])]
    cleaned = parts._replace(query=urlencode(query))
    addresses = (parts.geturl(), cleaned.geturl(), parts._replace(query="").geturl())
    yield from dict.fromkeys(Redirect.normalise_path(address, decode_unicode=False) for address in addresses)
