from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from home.presentation import editorial_context
from home.serving import register_page_context, register_page_view
from home.structured_data import structured_data

from .agenda import agenda_response
from .models import TrainingPage
from .presentation import LIST, facts, price_text, session_dates, session_place
from .search_index import source
from .structured_data import course


@register_page_context(TrainingPage)
def training_context(page: TrainingPage, request: HttpRequest) -> dict:
    coming = page.coming_sessions
    context = editorial_context(page, request, source=source, list_label=_("Trainings"), list_address=LIST)
    return context | {
        "facts": facts(page, coming),
        "coming": [
            {
                "session": session,
                "dates": session_dates(session),
                "place": session_place(session),
                "price": price_text(session.price if session.price is not None else page.price),
            }
            for session in coming
        ],
        "structured_data": structured_data(page, course(page, coming)),
    }


@register_page_view(TrainingPage)
def sessions_calendar(page: TrainingPage, request: HttpRequest, *, session_pk: int) -> HttpResponse:
    """`agenda/` (`session_pk` 0: all coming sessions) and `agenda/<id>/` as iCalendar."""
    sessions = [(page, session) for session in page.coming_sessions if session_pk in (0, session.pk)]
    if not sessions:
        raise Http404
    response = agenda_response(page.title, sessions)
    name = f"session-{session_pk}" if session_pk else page.slug
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
