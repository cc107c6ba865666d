"""Text lines of a file whose encoding is not known, one at a time: memory does not grow with the file."""

import codecs
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

BLANK = codecs.BOM_UTF8 + b" \t\r\n"  # bytes that say nothing, at the beginning of a file
MAX_LINE = 1_000_000  # bytes; what is longer is refused without being kept
SAMPLE = 64 * 1024
# What a French file that is not UTF-8 comes from: Windows, then old Macintosh and DOS software.
LEGACY_ENCODINGS = ["cp1252", "mac_roman", "cp850"]
_LOST = re.compile(r"[A-Za-z]+\?[a-z?]*[a-z][,.;:]?")  # a question mark where an accented letter was
FRENCH = set("àâäçéèêëîïôöùûüÿœæñÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ€«»‘’“”–—…°²³µ½·×\u00a0•®©ºª")


class UnreadableError(Exception):
    """The file as a whole cannot be imported; the message is for the person who sent it."""


@dataclass(frozen=True, slots=True)
class TextLine:
    number: int
    text: str
    size: int  # bytes in the file as it is read
    reason: str = ""  # why there is no text


class TextFile:
    """A binary file, read twice: once to tell its encoding and count its bytes, once for its lines."""

    def __init__(self, file: IO[bytes]):
        self._file = file
        sample = _start(file)
        if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self._file = _as_utf8(file)
            sample = _start(self._file)
        elif b"\r" in sample and b"\n" not in sample:
            self._file = _with_line_feeds(file)
            sample = _start(self._file)
        beginning = sample.lstrip(BLANK)
        if not beginning:
            raise UnreadableError(_("This file is empty."))
        if b"\0" in sample:
            raise UnreadableError(
                _("This file is not text. Save the spreadsheet as CSV, or send one JSON object a line.")
            )
        if beginning.startswith(b"<"):
            raise UnreadableError(
                _("This file is a web page or XML, whatever its name says: save it as .xlsx or CSV.")
            )
        self.is_json = beginning.startswith((b"{", b"["))
        self.encoding, self.size, self.count = self._survey()

    def _survey(self) -> tuple[str, int, int]:
        """UTF-8 when most lines with accents are: one damaged line does not change the rest of the file."""
        size = count = valid = invalid = 0
        damaged = b""
        for raw in _raw_lines(self._file):
            size += len(raw)
            count += 1
            if raw.isascii():
                continue
            try:
                raw.decode("utf-8")
            except UnicodeDecodeError:
                invalid += 1
                damaged += raw if len(damaged) < SAMPLE else b""
            else:
                valid += 1
        return ("utf-8" if valid >= invalid else _legacy_encoding(damaged)), size, count

    def __iter__(self) -> Iterator[TextLine]:
        for number, raw in enumerate(_raw_lines(self._file), start=1):
            size = len(raw)
            while number == 1 and raw.startswith(codecs.BOM_UTF8):
                raw = raw.removeprefix(codecs.BOM_UTF8)
            if size > MAX_LINE:
                yield TextLine(number, "", size, _("This line is too long: over a million bytes."))
                continue
            try:
                text = raw.decode(self.encoding)
            except UnicodeDecodeError:
                yield TextLine(number, "", size, _("This line has characters that cannot be read."))
            else:
                yield TextLine(number, text.rstrip("\r\n").replace("\r", " "), size)

    def read(self, limit: int) -> str:
        """The whole text, if it has at most `limit` bytes; characters that cannot be read are replaced."""
        if self.size > limit:
            raise UnreadableError(_("This file is too long to be one JSON text: send one object a line."))
        self._file.seek(0)
        return self._file.read().decode(self.encoding, "replace").lstrip("\ufeff")


def looks_misread(value: object) -> bool:
    """Whether a word has lost its accents: « dÃ©jÃ  », « d�j� », « g?n?raliste »."""
    return isinstance(value, str) and any(
        _LOST.fullmatch(word) if word.isascii() else "\ufffd" in word or _is_twice_encoded(word)
        for word in value.split()
    )


def _is_twice_encoded(word: str) -> bool:
    try:
        return word.encode("cp1252").decode("utf-8") != word
    except UnicodeError:
        return False


def _start(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(SAMPLE)


def _raw_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Lines with their end. Of one that is too long only the beginning comes, longer than MAX_LINE."""
    file.seek(0)
    while raw := file.readline(MAX_LINE + 1):
        yield raw
        rest = raw
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE + 1)


def _as_utf8(file: IO[bytes]) -> IO[bytes]:
    """« Unicode text » of spreadsheet software: UTF-16, whose line ends are not single bytes."""
    file.seek(0)
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the import
    reader = codecs.getreader("utf-16")(file, errors="replace")
    shutil.copyfileobj(reader, codecs.getwriter("utf-8")(copy, errors="replace"))
    return copy


def _with_line_feeds(file: IO[bytes]) -> IO[bytes]:
    """« CSV (Macintosh) » of spreadsheet software ends its lines with carriage returns."""
    file.seek(0)
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the import
    while chunk := file.read(SAMPLE):
        copy.write(chunk.replace(b"\r", b"\n"))
    return copy


def _legacy_encoding(sample: bytes) -> str:
    """The encoding that reads most like French, Windows' own when several do.

    A general guesser does worse: it does not know which letters French is written with.
    """
    return max(LEGACY_ENCODINGS, key=lambda encoding: _french_share(sample, encoding))


def _french_share(sample: bytes, encoding: str) -> float:
    """How many of the accented characters are French ones, 0 to 1."""
    accents = [character for character in sample.decode(encoding, "replace") if not character.isascii()]
    return sum(character in FRENCH for character in accents) / len(accents) if accents else 0.0
