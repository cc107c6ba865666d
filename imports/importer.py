"""From records to pages: found again by source and reference, written in batches, refused one by one."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from home.editorial import EditorialPage
from home.pages import ListPage
from search.index import outbox

from . import pages
from .import_log import ImportLog, LastImportedValues, last_imported_values
from .lines import UnreadableError, looks_misread
from .record_file import RecordFile
from .record_reader import RecordReader
from .records import Record
from .report import Report
from .slugs import Slugs
from .vocabulary import Vocabulary

logger = logging.getLogger("portal.imports")

BATCH = 50  # lines a transaction: others can write in between

Problems = Mapping[str, str | Promise]  # name, empty for the line as a whole → reason
# (bytes read, bytes in all, records read)
OnProgress = Callable[[int, int, int], None]


@dataclass(frozen=True, slots=True)
class ParsedRecord:
    """A record that could be read."""

    number: int
    reference: str
    values: Mapping[str, Any]
    reader: RecordReader


class Importer(ABC):
    """One run over one file. Apps say what a record means."""

    kind: ClassVar[str]
    label: ClassVar[str | Promise]
    model: ClassVar[type[EditorialPage]]
    index_model: ClassVar[type[ListPage]]
    # Known name → names of CSV columns, the usual one first. « Code postal » is « code_postal » here.
    columns: ClassVar[Mapping[str, Sequence[str]]]
    required_columns: ClassVar[Sequence[str]]
    # Closing takes the page down, and the partner sending it again puts it back.
    closing_unpublishes: ClassVar[bool] = False

    def __init__(
        self,
        source: str,
        *,
        draft: bool = False,
        dry_run: bool = False,
        close_missing: bool = False,
        user: AbstractBaseUser | None = None,
    ):
        self.source = source
        self.draft = draft
        self.dry_run = dry_run
        self.close_missing = close_missing
        self.user = user
        self.report = Report(dry_run=dry_run)
        self.vocabulary = Vocabulary()
        self._seen: dict[str, int] = {}  # reference → line, taken or refused
        self._nameless = 0  # lines whose reference could not be read

    @abstractmethod
    def object_reader(self, data: Mapping[str, Any]) -> RecordReader:
        """The values of a JSON object by known name."""

    @abstractmethod
    def read(self, reader: RecordReader) -> dict[str, Any]:
        """Values for the page (see `pages.Values`), `reference` among them; problems go to `reader`."""

    @abstractmethod
    def check(self, page: EditorialPage) -> Problems:
        """Name → what is wrong with a filled page, beyond its single fields."""

    @abstractmethod
    def is_over(self, values: Mapping[str, Any]) -> bool:
        """Whether its end is past: taken all the same, found by nobody."""

    @abstractmethod
    def open_pages(self) -> QuerySet:
        """Pages that an import may close."""

    @abstractmethod
    def close(self, page: EditorialPage) -> None: ...

    # --- The run ----------------------------------------------------------------------------------------

    def run(self, file: RecordFile, progress: OnProgress = lambda *told: None) -> Report:
        """Imports the whole file. Index rows wait in the outbox: the caller drains them."""
        index = self.index_model.objects.select_related("locale").first()
        if index is None:
            raise UnreadableError(_("The site has no such list of pages yet: run “setup_site” first."))
        self.report.notices += file.notices
        done = records = 0
        with outbox.deferred():
            for batch in _batches(file):
                self._import(batch, index)
                done += sum(record.size for record in batch)
                records += len(batch)
                progress(done, file.size, records)
            if self.close_missing:
                self._close_missing(lambda: progress(done, file.size, records))
        self.report.refusals.sort(key=lambda refusal: refusal.line)
        return self.report

    def _import(self, batch: Sequence[Record], index: ListPage) -> None:
        lines = [line for line in map(self._line, batch) if line]
        if not lines:
            return
        if self.dry_run:
            self._save(lines, index)
            return
        with transaction.atomic():
            self._save(lines, index)

    def _line(self, record: Record) -> ParsedRecord | None:
        if record.reason:
            reader, values = RecordReader({}), {}
        else:
            reader = self._reader(record)
            values = self.read(reader)
        reference = values.get("reference", "")
        if record.reason:
            reader.refuse("", record.reason)
        if not reference:
            self._nameless += 1
        elif first := self._seen.get(reference):
            reader.refuse("reference", _("This reference is already on line %(line)s.") % {"line": first})
        else:
            self._seen[reference] = record.number
        if reader.problems:
            self._refuse(record.number, reference, reader, reader.problems)
            return None
        return ParsedRecord(record.number, reference, values, reader)

    def _reader(self, record: Record) -> RecordReader:
        if not record.is_row:
            return self.object_reader(record.data)
        return RecordReader(record.data, notes=list(record.left_out), unread=list(record.unread))

    def _refuse(self, number: int, reference: str, reader: RecordReader, problems: Problems) -> None:
        reasons = {reader.label(name): str(reason) for name, reason in problems.items()}
        self.report.refuse(number, reasons, reference)

    def _save(self, lines: Sequence[ParsedRecord], index: ListPage) -> None:
        references = [line.reference for line in lines]
        pages_of_source = self.model.objects.filter(source=self.source, alias_of=None)
        existing = {page.reference: page for page in pages_of_source.filter(reference__in=references)}
        known = last_imported_values(existing.values())
        new = [line for line in lines if line.reference not in existing]
        slugs = Slugs(index, self.source, [(line.values["title"], line.reference) for line in new])
        log = ImportLog(self.user)
        for line in lines:
            page = existing.get(line.reference)
            try:
                if page is None:
                    problems = self._create(line, index, slugs, log)
                else:
                    problems = self._update(line, page, known.get(page.pk), log)
            except ValidationError as error:
                problems = pages.messages(error)
            except (IntegrityError, DataError):
                logger.exception("Line %s of %s could not be saved", line.number, self.source)
                problems = {"": _("This line could not be saved; the site’s log says why.")}
            if problems:
                self._refuse(line.number, line.reference, line.reader, problems)
            else:
                self._note(line)
        log.save()

    def _note(self, line: ParsedRecord) -> None:
        self.report.expired += self.is_over(line.values)
        self.report.left_out.update((line.reader.label(name), value) for name, value in line.reader.notes)
        self.report.unread.update(line.reader.unread)
        self.report.misread += any(looks_misread(raw) for _label, raw in line.reader.values.values())

    def _problems(self, page: EditorialPage, names: Iterable[str]) -> Problems:
        return pages.field_problems(page, names) or self.check(page)

    def _create(self, line: ParsedRecord, index: ListPage, slugs: Slugs, log: ImportLog) -> Problems:
        page = self.model(source=self.source, locale=index.locale)
        pages.fill_new(page, line.values)
        if problems := self._problems(page, line.values):
            return problems
        if not self.dry_run:
            page.slug = slugs.of(line.reference)
            pages.prepare_new(page, live=not self.draft, user=self.user)
            with transaction.atomic():
                index.add_child(instance=page)
            log.begin(page, pages.fingerprints(line.values))
        self.report.created += 1
        return {}

    def _update(
        self, line: ParsedRecord, page: EditorialPage, past: LastImportedValues | None, log: ImportLog
    ) -> Problems:
        now = pages.fingerprints(line.values)
        before = past.values if past else {}
        names = [name for name, digest in now.items() if before.get(name) != digest]
        reopen = bool(past and past.closed and self.closing_unpublishes and not page.live)
        if not names and not reopen:
            self.report.unchanged += 1
            return {}
        if page.locked and page.locked_by_id != getattr(self.user, "pk", None):
            return {"": _("An editor has locked this page.")}
        candidate = self.model.objects.get(pk=page.pk)
        changed = pages.fill(candidate, line.values, names) or reopen
        if changed and (problems := self._problems(candidate, names)):
            return problems
        if not self.dry_run:
            with transaction.atomic():
                revision = pages.update(page, line.values, names, user=self.user, reopen=reopen)
            log.add(page, now, revision=revision)
            changed = revision is not None
        if changed:
            self.report.updated += 1
        else:
            self.report.unchanged += 1
        return {}

    # --- What the file does not have any more -----------------------------------------------------------

    def _close_missing(self, tell: Callable[[], None]) -> None:
        if self._nameless:
            self.report.not_closed = _("Nothing was closed: some lines have no reference that can be read.")
            return
        if not self._seen:
            self.report.not_closed = _("Nothing was closed: the file holds nothing.")
            return
        rows = self.open_pages().filter(source=self.source, alias_of=None).values_list("pk", "reference")
        gone = [pk for pk, reference in rows.iterator() if reference not in self._seen]
        for pks in _batches(gone):
            if not self.dry_run:
                self._close(pks)
            self.report.closed += len(pks)
            tell()

    @transaction.atomic
    def _close(self, pks: Sequence[int]) -> None:
        log = ImportLog(self.user)
        for page in self.model.objects.filter(pk__in=pks):
            self.close(page)
            log.add(page, {}, closed=True)
        log.save()


def _batches(items: Iterable) -> Iterator[list]:
    source = iter(items)
    while batch := list(islice(source, BATCH)):
        yield batch
