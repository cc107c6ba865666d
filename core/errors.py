"""What services refuse, and how forms show it."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError


def require_permission(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def add_service_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Puts a service's refusal on the fields that it names, or above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)
