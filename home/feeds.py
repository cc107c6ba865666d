"""Any list as an Atom feed, `/recherche/flux/?…`: what everybody may read of it, and no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import conditional_page
from wagtail.models import Page

from core.limits import limited_reading
from core.text import UNWANTED
from members.access import VISITOR
from search.engines import EngineUnavailable
from search.query import Sort
from search.results.responses import service_unavailable_response
from search.results.result_page import FEED_PATH, ResultPage
from search.results.results import Result
from search.sources import syndicated_kinds
from search.urlquery import KIND, parse

from .branding import Brand

MAX_AGE = 300  # seconds that a reader's software may keep a feed


@dataclass(frozen=True, slots=True)
class FeedList:
    listing: ResultPage
    brand: str
    # pk of a page → when it was first published, and when it last changed.
    dates: Mapping[int, tuple[datetime | None, datetime | None]]


class ListFeed(Feed):
    """The newest results of a list, as a visitor finds them, whoever asks: a feed reader has no session."""

    feed_type = Atom1Feed
    subtitle = ""

    def get_object(self, request: HttpRequest) -> FeedList:
        state = replace(parse(request.GET, VISITOR), sort=Sort.DATE, page=1)
        chosen = [kind for kind in state.filters.get(KIND, ()) if kind in syndicated_kinds()]
        listing = ResultPage.search("/recherche/", VISITOR, state, tuple(chosen or syndicated_kinds()))
        pages = Page.objects.filter(pk__in=[result.row.pk for result in listing.results])
        dates = pages.values_list("pk", "first_published_at", "last_published_at")
        brand = Brand.for_request(request).name
        return FeedList(listing, brand, {pk: (first, last) for pk, first, last in dates})

    def title(self, obj: FeedList) -> str:
        return UNWANTED.sub("", " · ".join([obj.brand, *self._asked(obj)]))

    def author_name(self, obj: FeedList) -> str:
        """An Atom feed has an author (RFC 4287, 4.1.1)."""
        return UNWANTED.sub("", obj.brand)

    def _asked(self, obj: FeedList) -> Sequence[str]:
        """What the list was asked for, in words."""
        state = obj.listing.state
        typed = [_("“%(text)s”") % {"text": state.text}] if state.text else []
        return [*typed, *(chip.label for chip in obj.listing.chips)]

    def link(self, obj: FeedList) -> str:
        """The list; the feed's id as well, the same by whichever name the portal was asked."""
        return urljoin(settings.SITE_URL, obj.listing.url(replace(obj.listing.state, sort=None)))

    def feed_url(self, obj: FeedList) -> str:
        """Readers that follow it keep what the list was narrowed to."""
        query = urlsplit(self.link(obj)).query
        return urljoin(settings.SITE_URL, f"{FEED_PATH}?{query}" if query else FEED_PATH)

    def items(self, obj: FeedList) -> Sequence[tuple[FeedList, Result]]:
        return [(obj, result) for result in obj.listing.results]

    def item_title(self, item: tuple[FeedList, Result]) -> str:
        return UNWANTED.sub("", item[1].row.title)

    def item_description(self, item: tuple[FeedList, Result]) -> str:
        row = item[1].row
        said = " · ".join(filter(None, [*map(str, row.meta_items), row.place, strip_tags(row.summary)]))
        return UNWANTED.sub("", said)

    def item_link(self, item: tuple[FeedList, Result]) -> str:
        return urljoin(settings.SITE_URL, item[1].row.url)

    def item_guid(self, item: tuple[FeedList, Result]) -> str:
        """The same whatever becomes of title and address (RFC 4151)."""
        row = item[1].row
        return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{row.kind}:{row.pk}"

    def item_pubdate(self, item: tuple[FeedList, Result]) -> datetime | None:
        return item[0].dates.get(item[1].row.pk, (None, None))[0]

    def item_updateddate(self, item: tuple[FeedList, Result]) -> datetime | None:
        return item[0].dates.get(item[1].row.pk, (None, None))[1]


@limited_reading("search", anonymous=True)
@conditional_page
def list_feed(request: HttpRequest) -> HttpResponse:
    """503 while the engine cannot answer: feed readers come back."""
    try:
        with override(settings.LANGUAGE_CODE):  # what is kept for everybody is in one language
            response = ListFeed()(request)
    except EngineUnavailable:
        return service_unavailable_response()
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response
