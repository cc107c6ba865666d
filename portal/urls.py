from django.conf import settings
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.urls import serve_pattern
from wagtail.views import serve

from home.admin_urls import urlpatterns as admin_urls
from home.brand_css import brand_css
from home.feeds import list_feed
from home.media import media
from home.sitemap import robots, sitemap
from trainings.calendar import list_calendar

from . import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("admin/", include([*admin_urls, path("", include(wagtailadmin_urls))])),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:path>", media, name="media"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("robots.txt", robots, name="robots"),
    path("marque.css", brand_css, name="brand_css"),
    # Forged, it changes the language of a page: without a token, the pages of visitors are the same for all.
    path("langue/", csrf_exempt(set_language), name="set_language"),
    path("", include("alerts.urls")),
    path("compte/", include("members.urls")),
    path("compte/", include("notifications.urls")),
    path("animation/", include("members.moderation_urls")),
    path("", include("briefing.urls")),
    path("", include("community.urls")),
    path("recherche/flux/", list_feed, name="list_feed"),
    path("recherche/agenda/", list_calendar, name="list_calendar"),
    path("", include("search.urls")),
    # Not all of `wagtail.urls`: its sign-in (`_util/login/`) knows neither limits nor confirmed addresses.
    re_path(serve_pattern, serve, name="wagtail_serve"),
]

if settings.ANYMAIL.get("WEBHOOK_SECRET"):
    # Bounces and complaints that a mail provider reports (docs/notifications.md).
    urlpatterns.insert(0, path("courriels/", include("anymail.urls")))

handler400 = "portal.views.bad_request"
handler403 = "portal.views.permission_denied"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
