"""Work that takes minutes, in a process of its own: the worker starts it and goes on with its other jobs."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


def start(command: str, *arguments: object) -> None:
    """`manage.py <command> <arguments>`, with this process's environment and log; nobody waits for it."""
    line = [sys.executable, str(settings.BASE_DIR / "manage.py"), command, *map(str, arguments)]
    subprocess.Popen(line, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """SIGTERM raises `SystemExit` meanwhile: what is under way can say that it was interrupted."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
