"""The sign-in page of Wagtail's admin, as strict as the portal's own."""

from allauth.account.adapter import get_adapter
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms.auth import LoginForm


class AdminLoginForm(LoginForm):
    """Counts failures like the portal's sign-in, and lets in only who may enter the admin.

    Without the second rule, an account whose address was never confirmed could sign in here.
    """

    def clean(self) -> dict:
        email = self.cleaned_data.get("username")
        password = self.cleaned_data.get("password")
        if email and password:
            self.user_cache = get_adapter(self.request).authenticate(
                self.request, email=email, password=password
            )
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        super().confirm_login_allowed(user)
        if not user.has_perm("wagtailadmin.access_admin"):
            raise ValidationError(
                _("This entrance is for the editors. Members sign in from the portal."), code="no_access"
            )
