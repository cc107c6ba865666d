"""What `manage.py check` says of the search settings before anybody searches."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from .engines import EMBEDDED, SERVERS

DRAINS = ("commit", "worker")
LOCAL = ("localhost", "127.0.0.1", "::1")


@register(Tags.security)
def check_search_settings(**kwargs: Any) -> list[CheckMessage]:
    messages: list[CheckMessage] = []
    if settings.SEARCH_DRAIN not in DRAINS:
        messages.append(
            Error(
                f"SEARCH_DRAIN must be one of {', '.join(DRAINS)}.",
                hint="Leave it unset: the embedded engine is told at commit, a server by maintenance.",
                id="search.E005",
            )
        )
    if settings.SEARCH_KIND == EMBEDDED:
        return messages
    if settings.SEARCH_KIND not in SERVERS:
        known = ", ".join((EMBEDDED, *SERVERS))
        return [*messages, Error(f"SEARCH_KIND must be one of {known}.", id="search.E001")]
    address = urlsplit(settings.SEARCH_URL)
    if address.scheme not in ("http", "https") or not address.hostname:
        messages.append(Error("SEARCH_URL must be like https://host:9200.", id="search.E002"))
    if settings.SEARCH_CA_CERTS and not Path(settings.SEARCH_CA_CERTS).is_file():
        messages.append(Error("SEARCH_CA_CERTS names no file that can be read.", id="search.E003"))
    if settings.SEARCH_API_KEY and settings.SEARCH_USER:
        messages.append(
            Error("Set SEARCH_API_KEY, or SEARCH_USER and SEARCH_PASSWORD, not both.", id="search.E004")
        )
    secret = settings.SEARCH_API_KEY or settings.SEARCH_PASSWORD
    if secret and address.scheme == "http" and address.hostname not in LOCAL:
        messages.append(
            Warning("The search server's credentials travel unencrypted: use https.", id="search.W001")
        )
    return messages
