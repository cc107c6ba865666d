"""What `import_jobs` and `import_trainings` share."""

import sys
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.text import slug_of
from search.index.drain import drain

from .importer import Importer
from .lines import UnreadableError
from .progress import Progress
from .record_file import RecordFile
from .report import Report, refusals_csv, refusals_jsonl

SOME_REFUSED, UNREADABLE = 1, 2
SHOWN = 50  # refusals on the screen; --report has them all


class ImportCommand(BaseCommand):
    importer: ClassVar[type[Importer]]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="JSON, CSV or .xlsx")
        parser.add_argument(
            "--source",
            default="",
            help="who sends the file: references are its own (default: the file's name)",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would come of it")
        parser.add_argument("--draft", action="store_true", help="do not publish what is new")
        parser.add_argument(
            "--close-missing",
            action="store_true",
            help="close what this source no longer sends",
        )
        parser.add_argument(
            "--report", type=Path, metavar="FILE", help="write the refused lines: .jsonl, otherwise CSV"
        )

    def handle(self, *args: Any, file: Path, report: Path | None, **options: Any) -> None:
        source = options["source"].strip() or slug_of(file.stem)
        if not source or len(source) > 80:
            raise CommandError(
                "Name the source with --source, in at most 80 characters.", returncode=UNREADABLE
            )
        importer = self.importer(
            source,
            dry_run=options["dry_run"],
            draft=options["draft"],
            close_missing=options["close_missing"],
        )
        result = self._run(importer, file)
        if not result.dry_run:
            drain()
        self._tell(result, shortened=report is not None)
        if report:
            is_json = report.suffix.lower() in (".json", ".jsonl", ".ndjson")
            report.write_bytes((refusals_jsonl if is_json else refusals_csv)(result.refusals))
        if result.refused:
            sys.exit(SOME_REFUSED)

    def _run(self, importer: Importer, path: Path) -> Report:
        progress = Progress(self.stderr)
        try:
            with path.open("rb") as file:
                records = RecordFile(file, importer.columns, importer.required_columns)
                return importer.run(records, progress)
        except UnreadableError as error:
            reason = str(error)
        except FileNotFoundError:
            reason = _("There is no file of this name.")
        except IsADirectoryError:
            reason = _("This is a folder, not a file.")
        except PermissionError:
            reason = _("The file may not be read by this account.")
        except OSError as error:
            reason = error.strerror or str(error)
        finally:
            progress.end()
        raise CommandError(f"{path}: {reason}", returncode=UNREADABLE)

    def _tell(self, result: Report, *, shortened: bool) -> None:
        if result.dry_run:
            self.stdout.write(_("Dry run: nothing was changed."))
        for refusal in result.refusals[: 0 if shortened else SHOWN]:
            place = _("Line %(line)s") % {"line": refusal.line}
            self.stdout.write(" · ".join(filter(None, [place, refusal.field, refusal.reason])))
        if not shortened and len(result.refusals) > SHOWN:
            left = len(result.refusals) - SHOWN
            self.stdout.write(_("… and %(n)s more; --report writes them all.") % {"n": left})
        for text in result.left_out_texts(SHOWN):
            self.stdout.write(_("Left out: %(what)s") % {"what": text})
        for text in filter(
            None, [*result.notice_texts(), result.not_closed, result.headline(), result.counts()]
        ):
            self.stdout.write(text)
