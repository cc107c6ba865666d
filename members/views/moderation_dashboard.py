"""What community managers see and decide about members."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.errors import add_service_errors
from core.form_drafts import came_from, restore_draft, save_draft

from .. import rpps, services
from ..documents import KINDS
from ..forms.verification import ApproveForm, RefuseForm, RevokeForm
from ..models import Practice, Verification, VerificationDecision, VerificationDocument
from .common import manager_required

PAGE = 20
State = Verification.State
# Values of `etat`, in the order of the tabs.
TABS = {
    "attente": State.PENDING,
    "verifies": State.VERIFIED,
    "refuses": State.REFUSED,
    "retires": State.REVOKED,
}


@never_cache
@manager_required
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Requests by state, those that wait first. `q` finds people by name or e-mail."""
    tab = request.GET.get("etat") if request.GET.get("etat") in TABS else "attente"
    words = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    everything = Verification.objects.visible_to(request.viewer).filter(user__is_active=True)
    counts = dict(everything.order_by().values_list("state").annotate(Count("pk")))
    url = reverse("verification_queue")
    context = {
        "page": Paginator(_rows(everything, tab, words), PAGE).get_page(request.GET.get("page")),
        "tab": tab,
        "tabs": [(f"{url}?etat={slug}", state.label, counts.get(state, 0)) for slug, state in TABS.items()],
        "current": f"{url}?etat={tab}",
        "words": words,
    }
    return render(request, "moderation_dashboard/verifications/list.html", context)


def _rows(everything: QuerySet[Verification], tab: str, words: str) -> QuerySet[Verification]:
    rows = everything.filter(state=TABS[tab])
    for word in words.split()[:5]:
        in_name = Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word)
        rows = rows.filter(in_name | Q(user__email__icontains=word))
    order = ("requested_at", "pk") if tab == "attente" else ("-decided_at", "-pk")
    practices = Prefetch("user__practices", Practice.objects.select_related("department"))
    return (
        rows.order_by(*order).select_related("user", "profession", "decided_by").prefetch_related(practices)
    )


@never_cache
@manager_required
def decide(request: HttpRequest, verification_id: int) -> HttpResponse:
    """One request: what was declared, what was decided before, and the decision to take."""
    verifications = Verification.objects.visible_to(request.viewer).filter(user__is_active=True)
    verifications = verifications.select_related("user__profile", "profession", "decided_by")
    verification = get_object_or_404(verifications, pk=verification_id)
    forms = _forms(request, verification)
    decision = request.POST.get("decision")
    if request.method == "POST" and decision in forms and _decided(request, verification, decision, forms):
        return redirect("verification_queue")
    if decision in COMMANDS and decision not in forms:
        messages.info(request, _("Somebody has already decided: read it again."))
    return render(
        request, "moderation_dashboard/verifications/detail.html", _context(request, verification, forms)
    )


def _forms(request: HttpRequest, verification: Verification) -> dict[str, Form]:
    """The decisions that this state allows, the posted one with what was typed."""
    classes: dict[str, type[Form]] = {}
    if verification.state == State.PENDING:
        classes = {"approve": ApproveForm, "refuse": RefuseForm}
    elif verification.state == State.VERIFIED:
        classes = {"revoke": RevokeForm}
    chosen = request.POST.get("decision")
    return {
        name: form(request.POST if name == chosen else None, prefix=name, initial=_draft_of(request, name))
        for name, form in classes.items()
    }


def _draft_of(request: HttpRequest, prefix: str) -> dict:
    """Returns the draft of the form with this prefix."""
    return {name.removeprefix(f"{prefix}-"): value for name, value in restore_draft(request).items()}


COMMANDS = {
    "approve": services.verification_approve,
    "refuse": services.verification_refuse,
    "revoke": services.verification_revoke,
}


def _decided(request: HttpRequest, verification: Verification, name: str, forms: dict[str, Form]) -> bool:
    form = forms[name]
    if not form.is_valid():
        return False
    try:
        COMMANDS[name](viewer=request.viewer, verification_id=verification.pk, **form.cleaned_data)
    except ValidationError as error:
        add_service_errors(form, error)
        return False
    sentences = {
        "approve": _("%(name)s is verified, and knows it by e-mail."),
        "refuse": _("%(name)s reads your reason by e-mail."),
        "revoke": _("%(name)s is no longer verified, and knows it by e-mail."),
    }
    messages.success(request, sentences[name] % {"name": verification.user.display_name})
    return True


def _context(request: HttpRequest, verification: Verification, forms: dict[str, Form]) -> dict:
    user = verification.user
    practices = Practice.objects.filter(user=user).select_related("profession", "specialty", "department")
    decisions = VerificationDecision.objects.filter(verification=verification).select_related("decided_by")
    others = Verification.objects.filter(user=user).exclude(pk=verification.pk).select_related("profession")
    return {
        "verification": verification,
        "practices": practices,
        "decisions": decisions,
        "others": others,
        "document": VerificationDocument.objects.filter(verification=verification).first(),
        "mistyped": bool(verification.rpps) and rpps.looks_mistyped(verification.rpps),
        "forms": forms,
        "close_note": restore_draft(request, reverse("member_close", args=[user.pk])).get("note", ""),
    }


@never_cache
@manager_required
@require_GET
def document(request: HttpRequest, verification_id: int) -> HttpResponse:
    """The file, for who decides: downloaded, so that nothing in it runs under the portal's own URL."""
    verifications = Verification.objects.visible_to(request.viewer).filter(pk=verification_id)
    stored = get_object_or_404(VerificationDocument, verification__in=verifications)
    try:
        content = stored.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        content,
        as_attachment=True,
        filename=f"{_('document')}-{verification_id}.{stored.kind}",
        content_type=KINDS[stored.kind][1],
    )


@never_cache
@manager_required
@require_POST
def close_account(request: HttpRequest, user_id: int) -> HttpResponse:
    form = RevokeForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(form.errors["note"])
        note = form.cleaned_data["note"]
        user = services.user_deactivate(viewer=request.viewer, user_id=user_id, note=note)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        save_draft(request)
        return redirect(came_from(request) or "verification_queue")
    messages.success(request, _("The account of %(name)s is closed.") % {"name": user.display_name})
    return redirect("verification_queue")
