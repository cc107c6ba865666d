"""A colleague's page: what was verified, where they practise, what they asked that the reader may read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..directory import visible_entries
from ..models import Thread
from ..thread_list import thread_rows
from .base import verified_required

RECENT = 8


@verified_required
@require_safe
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    person = next(iter(visible_entries([pk], request.viewer)), None)
    if person is None:
        raise Http404
    threads = Thread.objects.visible_to(request.viewer).filter(author=person.user).recent_first()
    context = {"section": "community", "person": person, "rows": thread_rows(threads, RECENT, request.viewer)}
    return render(request, "community/person.html", context)
