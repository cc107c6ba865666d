"""One's own account: profile, practices, language."""

from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from core.errors import add_service_errors
from core.form_drafts import restore_draft
from taxonomy.models import Profession

from .. import services
from ..forms.profile import PracticeForm, ProfileForm
from ..models import Practice, Profile
from ..verification_summary import VerificationSummary
from .common import member_page, next_url


@member_page
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    profile = Profile.objects.filter(user=request.user).first() or Profile(user=request.user)
    summary = VerificationSummary.of(request.user)
    return render(
        request,
        "members/home.html",
        {
            "profile": profile,
            "summary": summary,
            "awaited": EmailAddress.objects.get_new(request.user),
            "languages": settings.LANGUAGES,
        },
    )


@member_page
def welcome(request: HttpRequest) -> HttpResponse:
    """After sign-up: the first practice, then the verification. Both can wait."""
    form = PracticeForm(request.POST or None)
    onward = next_url(request)
    if request.method == "POST" and form.is_valid() and _add(request, form):
        query = {"profession": form.cleaned_data["profession"].slug} | ({"next": onward} if onward else {})
        another = "another" in request.POST
        url = reverse("account_welcome" if another else "account_verification")
        return redirect(f"{url}?{urlencode(query)}")
    held = Practice.objects.filter(user=request.user).select_related("profession", "department")
    return render(request, "members/welcome.html", {"form": form, "held": held, "onward": onward})


@member_page
def profile(request: HttpRequest) -> HttpResponse:
    user = request.user
    held = Profile.objects.filter(user=user).first() or Profile(user=user)
    name = {"first_name": user.first_name, "last_name": user.last_name}
    rest = {"town": held.town, "presentation": held.presentation, "findable": held.findable}
    stays = services.name_is_checked(user)
    initial = (
        {**rest, **restore_draft(request), **name} if stays else {**name, **rest, **restore_draft(request)}
    )
    form = ProfileForm(request.POST or None, initial=initial, name_stays=stays)
    if request.method == "POST" and form.is_valid() and _save(request, form):
        messages.success(request, _("Your profile was saved."))
        return redirect("account_home")
    return render(request, "members/profile.html", {"form": form})


def _save(request: HttpRequest, form: ProfileForm) -> bool:
    """A manager may have begun to check the name since the form was made."""
    try:
        services.profile_update(viewer=request.viewer, **form.cleaned_data)
    except ValidationError as error:
        add_service_errors(form, error)
        return False
    return True


@member_page
def practice_add(request: HttpRequest) -> HttpResponse:
    form = PracticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _add(request, form):
        messages.success(request, _("This practice was added."))
        return redirect("account_home")
    return render(request, "members/practice.html", {"form": form})


def _add(request: HttpRequest, form: PracticeForm) -> bool:
    try:
        services.practice_add(viewer=request.viewer, **form.cleaned_data)
    except ValidationError as error:
        add_service_errors(form, error)
        return False
    return True


@member_page
@require_POST
def practice_remove(request: HttpRequest, practice_id: int) -> HttpResponse:
    services.practice_remove(viewer=request.viewer, practice_id=practice_id)
    messages.success(request, _("This practice was removed."))
    return redirect("account_home")


@member_page
@require_GET
def specialties(request: HttpRequest) -> HttpResponse:
    """The field with the specialties of one profession, for htmx: the page holds them all, grouped."""
    chosen = request.GET.get("profession", "")
    profession = Profession.objects.filter(pk=chosen).first() if chosen.isdecimal() else None
    form = PracticeForm()
    form.fields["specialty"].choices = form.fields["specialty"].grouped(profession)
    return HttpResponse(str(form["specialty"]))


@member_page
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language of pages (a cookie) and of mails (the profile)."""
    if request.POST.get("language") in dict(settings.LANGUAGES):
        services.language_choose(viewer=request.viewer, language=request.POST["language"])
    return set_language(request)
