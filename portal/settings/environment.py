"""Reads settings from the environment; says in one sentence which variable cannot be used."""

import warnings
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from portal.secrets import split_credentials

DATABASES = ("django.db.backends.postgresql", "django.db.backends.sqlite3")


class Environment(environ.Env):
    """django-environ's, with errors that name the variable. Addresses may hold passwords: none is shown."""

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} cannot be used: {error}.") from error

    def database(self, var: str, default: str) -> dict[str, Any]:
        """The settings of the database that the variable names."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # shows the password
                database = self.db_url(var, default=default)
        except ValueError:
            database = {}
        if database.get("ENGINE") not in DATABASES:
            raise ImproperlyConfigured(
                f"{var} cannot be used: write « postgres://user:password@host/name » or "
                "« sqlite:////path/file »."
            )
        return database

    def email(self, var: str, default: str) -> dict[str, Any]:
        """Django's EMAIL_… settings, of the mail server that the variable names."""
        try:
            return self.email_url(var, default=default)
        except (ValueError, ImproperlyConfigured):
            raise ImproperlyConfigured(
                f"{var} cannot be used: write for example « smtp+tls://user:password@host:587 »."
            ) from None

    def server(self, var: str) -> tuple[str, str, str]:
        """(address, user, password) of a server; empty where the variable is not set."""
        value = self(var, default="")
        try:
            address, user, password = split_credentials(value)
        except ValueError:
            address = user = password = ""
        if value and not address.startswith(("http://", "https://")):
            raise ImproperlyConfigured(f"{var} cannot be used: write for example « https://host:9200 ».")
        return address, user, password
