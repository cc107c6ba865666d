"""The start of the portal registers every queue; what runs do is tested by the apps."""

import subprocess
import sys

from django.conf import settings


def test_every_queue_is_registered_by_the_start_of_the_portal():
    code = (
        "import django; django.setup(); from core.background import _queues; print(*sorted(_queues));"
        "from django.core.checks.registry import registry;"
        "print(any(check.__module__ == 'search.checks' for check in registry.registered_checks))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["import", "index", "True"]
