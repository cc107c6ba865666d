"""« En bref »: one finite page a day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.views.common import member_page

from .issues import issue_of_today, mark_read, read_issue


@member_page
@require_safe
def brief(request: HttpRequest) -> HttpResponse:
    issue = issue_of_today(request.viewer)
    if issue is not None and issue.read_at is None and request.method == "GET":
        mark_read(issue)
    return render(request, "briefing/brief.html", {"brief": read_issue(issue, request.viewer)})
