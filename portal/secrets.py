"""What must not be shown: credentials inside addresses, and what debug pages hide beside what Django does."""

import re
from types import FrameType
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

PORTS = {"https": 443, "http": 80}


def split_credentials(address: str) -> tuple[str, str, str]:
    """« https://user:password@host » → (« https://host:443 », user, password). The port is always said."""
    parts = urlsplit(address)
    if not parts.hostname:
        return address, "", ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = parts.port or PORTS.get(parts.scheme)
    place = f"{host}:{port}" if port else host
    without = urlunsplit((parts.scheme, place, parts.path, parts.query, parts.fragment))
    return without, unquote(parts.username or ""), unquote(parts.password or "")


class SecretsFilter(SafeExceptionReporterFilter):
    """Hides addresses that may hold a password, and variables that are called like a secret."""

    hidden_settings = re.compile(
        SafeExceptionReporterFilter.hidden_settings.pattern + "|DATABASE_URL|EMAIL_URL|SEARCH_URL",
        re.IGNORECASE,
    )

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> list[tuple[str, Any]]:
        found = super().get_traceback_frame_variables(request, tb_frame)
        return [(name, self.cleanse_setting(name, value)) for name, value in found]
