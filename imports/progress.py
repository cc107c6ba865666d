"""How far a long import is: one line redrawn on a terminal, a line now and then elsewhere."""

import time
from typing import Any

from django.utils.translation import gettext as _

BAR = 30  # characters
QUIET = 2.0  # seconds: shorter imports say nothing
LINE_EVERY = 10.0  # seconds, where there is no terminal


class Progress:
    def __init__(self, out: Any):
        self.out = out
        self.terminal = out.isatty()
        self.started = time.monotonic()
        self.shown = self.started + QUIET
        self.drawn = False

    def __call__(self, done: int, total: int, records: int) -> None:
        """`done` of `total` bytes are read, `records` records so far."""
        now = time.monotonic()
        if now - self.shown < (0.2 if self.terminal else LINE_EVERY) or not done:
            return
        self.shown = now
        seconds = (now - self.started) / done * max(0, total - done)
        text = _("%(records)s lines, %(share)s %%, %(seconds)s s left") % {
            "records": records,
            "share": 100 * done // max(total, 1),
            "seconds": round(seconds),
        }
        if self.terminal:
            filled = min(BAR, BAR * done // max(total, 1))
            self.out.write(f"\r{'█' * filled}{'░' * (BAR - filled)} {text}   ", ending="")
            self.out.flush()
            self.drawn = True
        else:
            self.out.write(text)

    def end(self) -> None:
        if self.drawn:
            self.out.write("")
