"""allauth's forms in the portal's words: labels instead of placeholders, one password field."""

from secrets import token_hex
from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import services
from ..models import User
from .fields import name_field

PASSWORD_HELP = gettext_lazy("At least 10 characters. A short sentence that only you know is a good choice.")
NEW_PASSWORD = gettext_lazy("New password")


class PlainMixin:
    """Labels and help of the portal; no placeholder, which vanishes when one types; no second password."""

    wording: dict[str, tuple[Any, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.wording:
                field.label, field.help_text = self.wording[name]


def _forgotten() -> str:
    return format_html('<a href="{}">{}</a>', reverse("account_reset_password"), _("Forgotten password"))


def _terms() -> str:
    return format_html(
        _('<a href="{}">The terms</a>, and <a href="{}">how your personal data are used</a>.'),
        "/mentions-legales/",
        "/confidentialite/",
    )


EMAIL = (gettext_lazy("E-mail address"), "")
PASSWORD = (gettext_lazy("Password"), lazy(_forgotten, str)())
SET_PASSWORD = (NEW_PASSWORD, PASSWORD_HELP)


class LoginForm(PlainMixin, allauth_forms.LoginForm):
    wording = {
        "login": EMAIL,
        "password": PASSWORD,
        "remember": (
            gettext_lazy("Stay signed in on this device"),
            gettext_lazy("Not on a shared computer."),
        ),
    }


class SignupForm(PlainMixin, allauth_forms.SignupForm):
    wording = {
        "email": (
            EMAIL[0],
            gettext_lazy("We send a link there to confirm it. Other members never see it."),
        ),
        "password1": (gettext_lazy("Password"), PASSWORD_HELP),
    }
    field_order = ["first_name", "last_name", "email", "password1", "terms"]

    first_name = name_field(gettext_lazy("First name"), "given-name")
    last_name = name_field(
        gettext_lazy("Last name"),
        "family-name",
        help_text=gettext_lazy("Members read your first name and the first letter of your last name."),
    )
    terms = forms.BooleanField(
        label=gettext_lazy("I accept the terms of use"),
        help_text=lazy(_terms, str)(),
        error_messages={"required": gettext_lazy("Accept the terms to go on.")},
    )

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """An address that is taken costs the time of a new one: an account is made for nobody, and undone."""
        user, response = super().try_save(request)
        if user is None:
            with transaction.atomic():
                self.cleaned_data["email"] = f"{token_hex(16)}@nobody.invalid"
                self.account_already_exists = False
                self.save(request)
                transaction.set_rollback(True)
        return user, response

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        services.member_register(user=user)


class AddEmailForm(PlainMixin, allauth_forms.AddEmailForm):
    wording = {
        "email": (gettext_lazy("New e-mail address"), gettext_lazy("We send a link there to confirm it."))
    }


class ChangePasswordForm(PlainMixin, allauth_forms.ChangePasswordForm):
    wording = {
        "oldpassword": (gettext_lazy("Current password"), PASSWORD[1]),
        "password1": SET_PASSWORD,
    }


class SetPasswordForm(PlainMixin, allauth_forms.SetPasswordForm):
    wording = {"password1": SET_PASSWORD}


class ResetPasswordForm(PlainMixin, allauth_forms.ResetPasswordForm):
    wording = {"email": EMAIL}


class ResetPasswordKeyForm(PlainMixin, allauth_forms.ResetPasswordKeyForm):
    wording = {"password1": SET_PASSWORD}


class ReauthenticateForm(PlainMixin, allauth_forms.ReauthenticateForm):
    wording = {"password": PASSWORD}
