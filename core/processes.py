"""Work that takes minutes runs in a process of its own, so that whoever starts it goes on with other jobs."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


def spawn_command(command: str, *arguments: object) -> None:
    """Starts `manage.py <command> <arguments>` with this process's environment and log; does not wait."""
    line = [sys.executable, str(settings.BASE_DIR / "manage.py"), command, *map(str, arguments)]
    subprocess.Popen(line, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command


@contextmanager
def exit_on_sigterm() -> Iterator[None]:
    """SIGTERM raises `SystemExit` inside the block, so that the work can record that it was interrupted."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
