"""What keeps a command from starting or going on, in one sentence."""

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection


def explain(error: Exception) -> str:
    """A sentence for who runs the portal; empty: this is a fault, and its traceback says more."""
    if isinstance(error, ImproperlyConfigured):
        return str(error)
    if isinstance(error, OperationalError) and (connection.connection is None or not connection.is_usable()):
        # What libpq says ends with hints and further tries, a line each.
        return f"The database cannot be reached (DATABASE_URL): {str(error).splitlines()[0]}"
    return ""
