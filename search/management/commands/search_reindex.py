"""manage.py search_reindex: build a new index beside the live one and swap."""

import signal
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.engines.base import EngineUnavailable, RebuildRunning
from search.index.jobs import rebuild_by_hand
from search.index.rebuild import RebuildRefused, is_due

BAR = 30  # characters
LINE_EVERY = 10.0  # seconds, where there is no terminal


class Command(BaseCommand):
    help = "Builds the search index anew beside the live one, and swaps. Searches go on meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-needed", action="store_true", help="only when there is no index that fits this version"
        )

    def handle(self, *args: Any, if_needed: bool, **options: Any) -> None:
        before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            if if_needed and not is_due():
                self.stdout.write("The index is current: nothing to do.")
                return
            report = rebuild_by_hand(Bar(self.stderr))
        except RebuildRunning as error:
            raise CommandError("A rebuild is under way already; wait until it ends.") from error
        except EngineUnavailable as error:
            raise CommandError(f"The search engine is unavailable: {error}") from error
        except RebuildRefused as error:
            raise CommandError(str(error)) from error
        finally:
            signal.signal(signal.SIGTERM, before)
        self.stdout.write(
            f"Documents: {report.documents}. Changed meanwhile: {report.replayed}. "
            f"Refused: {report.refused}. Seconds: {report.seconds:.1f}."
        )


class Bar:
    """Progress with the time left: one line that is redrawn on a terminal, a line now and then elsewhere."""

    def __init__(self, out: Any):
        self.out = out
        self.terminal = out.isatty()
        self.started = self.shown = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        last = done >= total
        if not last and now - self.shown < (0.1 if self.terminal else LINE_EVERY):
            return
        self.shown = now
        left = (now - self.started) / done * (total - done)
        text = f"{done}/{total} documents, {left:.0f} s left"
        if self.terminal:
            filled = BAR * done // total
            bar = "█" * filled + "░" * (BAR - filled)
            self.out.write(f"\r{bar} {text}   ", ending="\n" if last else "")
            self.out.flush()
        elif not last:
            self.out.write(text)
