"""manage.py search_job: what the worker starts when somebody asks for a check, a sweep or a rebuild."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.processes import exit_on_sigterm
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
        with exit_on_sigterm():
            run(found)
