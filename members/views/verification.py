"""Asking for the verification of one's profession."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import add_service_errors
from core.form_drafts import restore_draft
from core.limits import limited

from .. import rpps, services
from ..forms.verification import VerificationRequestForm
from ..verification_summary import VerificationSummary
from .common import member_page, next_url


@member_page
@limited("uploads")
def ask(request: HttpRequest) -> HttpResponse:
    askable = VerificationSummary.of(request.user).askable
    if not askable:
        messages.info(request, _("There is nothing to verify: add a profession, or wait for the answer."))
        return redirect("account_home")
    asked = request.GET.get("profession", "")
    chosen = next((row for row in askable if row.slug == asked), askable[0])
    form = VerificationRequestForm(
        request.POST or None,
        request.FILES or None,
        professions=askable,
        initial={"profession": chosen.pk, **restore_draft(request)},
    )
    if request.method == "POST" and form.is_valid() and _request(request, form):
        return redirect(next_url(request) or "account_home")
    context = {"form": form, "askable": askable, "onward": next_url(request)}
    return render(request, "members/verification.html", context)


def _request(request: HttpRequest, form: VerificationRequestForm) -> bool:
    try:
        verification = services.verification_request(viewer=request.viewer, **form.cleaned_data)
    except ValidationError as error:
        add_service_errors(form, error)
        return False
    messages.success(
        request, _("Your request is with the managers. They answer within two working days, by e-mail.")
    )
    if verification.rpps and rpps.looks_mistyped(verification.rpps):
        messages.warning(
            request,
            _("The number %(rpps)s looks mistyped. If it is, withdraw your request and ask again.")
            % {"rpps": verification.rpps},
        )
    return True


@member_page
@require_POST
def withdraw(request: HttpRequest, verification_id: int) -> HttpResponse:
    services.verification_withdraw(viewer=request.viewer, verification_id=verification_id)
    messages.success(request, _("Your request was withdrawn, and its document deleted."))
    return redirect("account_home")
