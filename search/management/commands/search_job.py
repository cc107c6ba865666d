"""manage.py search_job: what the worker starts when somebody asks for a check, a sweep or a rebuild."""

import signal
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.index_jobs import run
from search.models import IndexJob


class Command(BaseCommand):
    help = "Does a check, a sweep or a rebuild that was asked for in the admin. Started by the worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("job", type=int, help="its number")

    def handle(self, *args: Any, job: int, **options: Any) -> None:
        found = IndexJob.objects.filter(pk=job).first()
        if found is None:
            raise CommandError(f"There is no job {job}.")
        before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            run(found)
        finally:
            signal.signal(signal.SIGTERM, before)
