"""What tests of every app share."""

import os

import pytest


def skip_or_fail(reason: str) -> None:
    """Skips a test whose outside need is missing; with REQUIRE_ALL=1 (CI) it fails instead."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"REQUIRE_ALL=1, but {reason}", pytrace=False)
    pytest.skip(reason)
