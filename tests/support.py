"""What tests of every app share."""

import os

import pytest
from django.test import Client

from members.models import User


def browser_of(user: User | None) -> Client:
    """Is answered errors as a browser is, instead of raising them. Signed in unless `user` is None."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def skip_or_fail(reason: str) -> None:
    """Skips a test whose outside need is missing; with REQUIRE_ALL=1 (CI) it fails instead."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"REQUIRE_ALL=1, but {reason}", pytrace=False)
    pytest.skip(reason)
