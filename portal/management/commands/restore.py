"""manage.py restore FOLDER: puts a backup into an empty database and empty folders."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from portal import backups


class Command(BaseCommand):
    help = (
        "Restores what `manage.py backup` saved: database, media and private files. Never writes over "
        "anything: the database and the folders must be empty. Then migrates and makes the search index."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder of one backup")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        backups.restore(folder)
        call_command("migrate", verbosity=0)
        call_command("search_reindex", stdout=self.stdout)
        call_command("search_check", stdout=self.stdout)
