"""manage.py search_drain: bring the index up to date now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.index.drain import drain
from search.index.outbox import waiting


class Command(BaseCommand):
    help = "Writes what waits in the outbox to the search index. Exit code 1 when the engine is unavailable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, help="at most that many rows (default: all)")
        parser.add_argument(
            "--due", action="store_true", help="leave refused rows alone until their next attempt is due"
        )

    def handle(self, *args: Any, limit: int | None, due: bool, **options: Any) -> None:
        report = drain(limit, force=not due)
        left = waiting()
        self.stdout.write(f"Written: {report.written}. Refused: {report.refused}. Waiting: {left.rows}.")
        if report.unavailable:
            raise CommandError(f"The search engine is unavailable: {report.unavailable}")
