"""manage.py backup FOLDER: everything that cannot be made again; `manage.py restore` puts it back."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal import backups


class Command(BaseCommand):
    help = "Saves database, media and private files in a new folder below FOLDER, while the portal serves."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keep", type=int, default=0, help="delete all but the newest KEEP (0: none)")

    def handle(self, *args: Any, folder: Path, keep: int, **options: Any) -> None:
        os.umask(0o077)
        saved = folder / f"{backups.PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        unfinished = saved.with_name(f"unfinished-{saved.name}")
        unfinished.mkdir(parents=True)
        try:
            backups.save(unfinished)
        except BaseException:
            shutil.rmtree(unfinished)
            raise
        unfinished.rename(saved)
        if keep > 0:
            for old in sorted(folder.glob(f"{backups.PREFIX}*"))[:-keep]:
                shutil.rmtree(old)
        self.stdout.write(str(saved))
