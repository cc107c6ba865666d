"""manage.py search_check: does the index say what the database says?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.engines.base import EngineUnavailable
from search.index.drain import drain
from search.index.drift import Drift, compare, repair
from search.index.outbox import Waiting

SHOWN = 10


class Command(BaseCommand):
    help = (
        "Compares the search index with the database, document by document. Exit code 0: they agree "
        "(changes that wait for less than ten minutes are no drift), 1: they do not, 2: the engine is down."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="write what differs, then compare again")

    def handle(self, *args: Any, fix: bool, **options: Any) -> None:
        try:
            drift = compare()
            if fix and (drift.ids or drift.waiting.rows):
                self._report(drift)
                repair(drift)
                drain(force=True)
                drift = compare()
        except EngineUnavailable as error:
            raise CommandError(f"The search engine is unavailable: {error}", returncode=2) from error
        self._report(drift)
        if not drift.clean:
            sys.exit(1)

    def _report(self, drift: Drift) -> None:
        self.stdout.write(f"Compared: {drift.compared}.")
        self._list("Missing from the index", drift.missing)
        self._list("In the index but no longer eligible", drift.orphaned)
        self._list("Indexed with another content", drift.stale)
        self._list("No document can be made of it", [f"{i} ({why})" for i, why in drift.failed.items()])
        if not drift.current:
            self.stdout.write("The index was made by another version of the portal: run search_reindex.")
        self.stdout.write(_waiting_line(drift.waiting) + (" Nobody drains them." if drift.late else ""))
        self.stdout.write("The index agrees with the database." if drift.clean else "DRIFT.")

    def _list(self, title: str, entries: list[str]) -> None:
        if entries:
            more = f" … and {len(entries) - SHOWN} more" if len(entries) > SHOWN else ""
            self.stdout.write(f"{title}: {len(entries)}: {', '.join(sorted(entries)[:SHOWN])}{more}.")


def _waiting_line(waiting: Waiting) -> str:
    since = f", the oldest since {waiting.oldest:%Y-%m-%d %H:%M:%S} UTC" if waiting.oldest else ""
    return f"Changes waiting: {waiting.rows}{since}. Refused: {waiting.refused}."
