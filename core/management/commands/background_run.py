"""manage.py background_run: does one run, in the process that maintenance starts for it."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.background import execute
from core.models import BackgroundRun
from core.processes import exit_on_sigterm


class Command(BaseCommand):
    help = "Does a background run, such as an import or a rebuild. Started by maintenance."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=UUID, help="its id")

    def handle(self, *args: Any, run: UUID, **options: Any) -> None:
        background_run = BackgroundRun.objects.filter(pk=run).first()
        if background_run is None:
            raise CommandError(f"There is no background run {run}.")
        with exit_on_sigterm():
            execute(background_run)
