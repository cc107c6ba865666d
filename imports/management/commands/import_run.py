"""manage.py import_run: what the worker starts when an editor's file is too long for a request."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from core.processes import exit_on_sigterm
from imports.runs import work_in_turn


class Command(BaseCommand):
    help = "Tries or imports a file that an editor sent. Started by the worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=UUID, help="its id")
        parser.add_argument("user", type=int, help="the editor's number")

    def handle(self, *args: Any, run: UUID, user: int, **options: Any) -> None:
        with exit_on_sigterm():
            work_in_turn(run, user)
