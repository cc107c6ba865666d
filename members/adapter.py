"""What django-allauth asks the portal: words, addresses, mails, where to go next."""

from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .mails import compose
from .models import User

DEVICE = "device"  # a cookie: signed, for the account that last signed in on this device
DEVICE_AGE = 365 * 24 * 3600


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is already the address of your account."),
        "email_password_mismatch": _(
            "This e-mail address and this password do not go together. Check both, then try again."
        ),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "invalid_password_reset": _("This link was already used, is too old, or you have signed in since."),
        "rate_limited": _("That was many attempts in a short time. Wait a few minutes, then try again."),
        "too_many_login_attempts": _(
            "That was many attempts in a short time. Wait five minutes, then try again,"
            " or choose a new password."
        ),
    }

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict, headers: dict | None = None
    ) -> EmailMessage:
        """Subject and text come from the templates; `compose` adds the frame and the HTML."""
        subject = render_to_string(f"{template_prefix}_subject.txt", context)
        text = render_to_string(f"{template_prefix}_message.txt", context)
        recipients = [email] if isinstance(email, str) else email
        return compose(subject=subject, text=text, to=recipients, headers=headers)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who signed up and has not said yet what they practise is asked; later is an answer."""
        user = request.user
        if user.terms_accepted_at and not user.practices.exists():
            return reverse("account_welcome")
        return super().get_login_redirect_url(request)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_welcome")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_home")

    def post_login(
        self, request: HttpRequest, user: User, *, signup: bool, redirect_url: str | None, **kwargs: Any
    ) -> HttpResponse:
        """A new member passes by the welcome page, which remembers where they wanted to go."""
        if signup and redirect_url:
            query = urlencode({REDIRECT_FIELD_NAME: redirect_url})
            redirect_url = f"{reverse('account_welcome')}?{query}"
        response = super().post_login(request, user, signup=signup, redirect_url=redirect_url, **kwargs)
        response.set_signed_cookie(
            DEVICE,
            _device(request, user.email) or token_hex(16),
            salt=_salt(user.email),
            max_age=DEVICE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count by account and device, else network: others do not lock the owner out."""
        email = credentials.get("email", "").lower()
        return f"{email}:{_device(request, email) or ratelimit.get_ip(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Guesses from everywhere but the devices of the account have a limit of their own."""
        super().pre_authenticate(request, **credentials)
        email = credentials.get("email", "").lower()
        if _device(request, email):
            return
        self._guess = ratelimit.consume(request, app="allauth.account", action="login_guess", key=email)
        if not self._guess:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        if guess := getattr(self, "_guess", None):
            guess.rollback()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """A new password, chosen through a mail, is a way in whatever others have tried."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        email = credentials.get("email", "").lower()
        ratelimit.clear(request, app="allauth.account", action="login_guess", key=email)


def _salt(email: str) -> str:
    return f"{DEVICE}:{email.lower()}"


def _device(request: HttpRequest, email: str) -> str:
    """Names the device if the owner of this account has signed in on it before; empty otherwise."""
    return request.get_signed_cookie(DEVICE, default="", salt=_salt(email), max_age=DEVICE_AGE)
