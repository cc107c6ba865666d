"""What the portal puts before URLs of Wagtail's admin."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.bulk_action.dispatcher import index as bulk_action

from taxonomy.models import Theme

from .account import account


def nothing(request: HttpRequest, **kwargs: str) -> HttpResponse:
    raise Http404


def bulk_of_themes(request: HttpRequest, action: str) -> HttpResponse:
    """Wagtail's, which would take any theme by its id: also those that members proposed in their groups."""
    pks = {pk for pk in request.GET.getlist("id") if pk.isascii() and pk.isdecimal() and len(pk) < 10}
    if not pks or Theme.objects.listed().filter(pk__in=pks).count() != len(set(request.GET.getlist("id"))):
        raise Http404
    return bulk_action(request, "taxonomy", "theme", action)


urlpatterns = [
    path("account/", account),
    # Would offer the names of all themes, whoever typed them; no form of ours asks it.
    path("tag-autocomplete/taxonomy/theme/", nothing),
    path("bulk/taxonomy/theme/<str:action>/", require_admin_access(bulk_of_themes)),
]
