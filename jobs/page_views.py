from urllib.parse import quote, urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.dates import day_text
from home.presentation import editorial_context, list_url
from home.serving import register_page_context
from home.structured_data import structured_data

from .models import JobPage
from .presentation import LIST, facts
from .search_index import source
from .structured_data import job_posting


@register_page_context(JobPage)
def job_context(page: JobPage, request: HttpRequest) -> dict:
    context = editorial_context(page, request, source=source, list_label=_("Jobs"), list_address=LIST)
    crumbs = context["crumbs"]
    if page.department:
        region = page.department.region
        crumbs.append((list_url(LIST, region=region.slug), region.name))
    subject = " – ".join(filter(None, [page.display_title, page.reference]))
    return context | {
        "facts": facts(page),
        "apply_address": f"mailto:{page.apply_email}?{urlencode({'subject': subject}, quote_via=quote)}",
        "closed_on": day_text(page.closes_on) if page.closes_on else "",
        "employer_url": list_url(LIST, q=f'"{page.employer}"'),
        "structured_data": structured_data(page, job_posting(page)),
    }
