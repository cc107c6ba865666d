"""Reading partners' files: encodings, separators, damaged lines, values. No database."""

import io
import time
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st

from core.dates import day_text, end_of_day
from imports.lines import MAX_LINE, TextFile, UnreadableError
from imports.markup import rich_text
from imports.record_file import RecordFile
from imports.record_reader import RecordReader, clean_text, get_path
from imports.values import PERCENT, UnreadableValueError, as_day, as_hours, as_number

FRENCH = "réf;titre\n1;Médecin à l’hôpital, œuvre, 1,4 M€ « cœur »\n"
COLUMNS = {"reference": ["ref", "reference"], "title": ["titre"], "body": ["description"]}


def lines(content: bytes) -> list[str]:
    return [line.text for line in TextFile(io.BytesIO(content))]


def records(content: bytes | str, required=("reference",)):
    content = content.encode() if isinstance(content, str) else content
    return list(RecordFile(io.BytesIO(content), COLUMNS, required))


# --- Encodings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_whatever_office_software_writes_is_read(encoding):
    content = FRENCH.encode(encoding)
    if encoding.startswith("utf-16-"):
        content = "\ufeff".encode(encoding) + content
    assert lines(content) == FRENCH.splitlines()


def test_old_macintosh_and_dos_files_are_guessed():
    text = "titre;description\nMédecin généraliste à l'hôpital;Rééducation, équipe, été, bientôt, où\n" * 3
    for encoding in ("mac_roman", "cp850"):
        assert lines(text.encode(encoding)) == text.splitlines()


def test_lines_that_end_as_on_old_macintoshes_are_lines():
    assert lines("ref;titre\rA;Médecin\r".encode("mac_roman")) == ["ref;titre", "A;Médecin"]


def test_one_damaged_line_does_not_change_how_the_others_are_read():
    found = list(TextFile(io.BytesIO("é\nè\nà\n".encode() + b"caf\xe9\n" + "ù\n".encode())))
    assert [line.text for line in found] == ["é", "è", "à", "", "ù"]
    assert [bool(line.reason) for line in found] == [False, False, False, True, False]


def test_a_line_without_end_is_refused_and_the_next_is_read():
    found = list(TextFile(io.BytesIO(b"a\n" + b"x" * (MAX_LINE * 2 + 7) + b"\nb\n")))
    assert [(line.number, line.text, bool(line.reason)) for line in found] == [
        (1, "a", False),
        (2, "", True),
        (3, "b", False),
    ]


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"PK\x03\x04\x00\x00", b"\x00" * 10])
def test_what_is_no_text_cannot_be_read(content):
    with pytest.raises(UnreadableError):
        TextFile(io.BytesIO(content))


def test_lines_are_read_one_at_a_time():
    class Watched(io.BytesIO):
        asked = 0

        def readline(self, size=-1):
            self.asked += 1
            return super().readline(size)

    file = Watched(b'{"a": 1}\n' * 1000)
    found = iter(RecordFile(file, COLUMNS))
    surveyed = file.asked
    next(found)
    assert file.asked - surveyed < 5


# --- Records --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_separators_are_found_by_the_names_of_the_columns(separator):
    found = records(f'ref{separator}titre\nA-1{separator}"un{separator}deux"\n')
    assert found[0].data == {"reference": ("ref", "A-1"), "title": ("titre", f"un{separator}deux")}


def test_column_names_are_read_loosely():
    assert records("  REF ; Titre\nA;B\n")[0].data["title"] == ("Titre", "B")


def test_a_text_on_several_lines_is_one_record_numbered_by_its_first():
    found = records('ref;titre\nA;"un\ndeux\n\ntrois"\nB;b\n')
    assert [(record.number, record.data["title"][1]) for record in found] == [
        (2, "un\ndeux\n\ntrois"),
        (6, "b"),
    ]


def test_a_quotation_mark_left_open_costs_its_line_only():
    found = records('ref;titre\nA;"un\n' + "".join(f"B{n};b\n" for n in range(300)))
    assert found[0].reason and found[0].number == 2
    assert [record.data["reference"][1] for record in found[1:]] == [f"B{n}" for n in range(300)]


def test_quotation_marks_inside_a_text_are_kept():
    assert records('ref;titre\nA;tube de 5" et 6"\n')[0].data["title"][1] == 'tube de 5" et 6"'


def test_short_rows_empty_rows_and_rows_that_overflow():
    found = records("ref;titre\nA\n;;\n\nB;b;;\nC;c;trop\n")
    assert [record.number for record in found] == [2, 5, 6]
    assert [bool(record.reason) for record in found] == [False, False, True]


def test_a_header_that_lacks_what_is_needed_is_told():
    with pytest.raises(UnreadableError, match="ref"):
        records("titre;description\nA;B\n")


def test_json_lines_that_are_no_objects_are_refused_one_by_one():
    deep = "[" * 100_000
    content = [
        "{}",
        '{"a": ',
        "[1]",
        "3",
        '"x"',
        "null",
        deep,
        '{"a": NaN}',
        f'{{"a": {"9" * 5000}}}',
        '{"b": 1}',
    ]
    found = records("\n".join(content))
    assert [bool(record.reason) for record in found] == [False, *[True] * 8, False]
    assert [record.number for record in found] == list(range(1, 11))


@given(st.binary(max_size=400))
def test_any_bytes_give_records_or_one_reason(content):
    try:
        found = records(content)
    except UnreadableError as error:
        assert str(error)
    else:
        assert all(record.reason or record.data is not None for record in found)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30), max_size=8))
def test_any_cells_below_a_header_give_records(rows):
    for record in records("ref;titre\n" + "\n".join(rows)):
        assert record.number >= 2


# --- Values ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 450,00", "1450"),
        ("1\u202f450,5 €", "1450.5"),
        ("2.900,00", "2900"),
        ("2,900.00", "2900"),
        ("0,350", "0.35"),
        (12.9, "12.9"),
    ],
)
def test_numbers(text, value):
    assert as_number(text) == Decimal(value)


def test_the_unit_of_a_number_is_the_one_asked_for():
    assert as_number("92 %", unit=PERCENT) == 92
    for text, unit in [("92 %", "€"), ("92 €", PERCENT)]:
        with pytest.raises(UnreadableValueError):
            as_number(text, unit=unit)


@pytest.mark.parametrize(
    "text",
    [
        *["", "abc", "1e999999999", "--1", "-3", "٣", True, None, [], {}, "1,2,3", "9" * 39, "NaN", "0x10"],
        *["2.350", "2,350", "12,875", "2000 2500", "2350 net", "1.234,567.8"],
    ],
)
def test_what_is_no_number_or_two(text):
    with pytest.raises(UnreadableValueError):
        as_number(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("PT14H", "14"),
        ("PT10.5H", "10.5"),
        ("PT3H30M", "3.5"),
        ("P2D", "14"),
        ("P1DT3H", "10"),
        ("PT45M", "0.75"),
        ("14 h", "14"),
        ("3h30", "3.5"),
        ("10,5", "10.5"),
        ("1 jour et demi", "10.5"),
        ("2 jours soit 14 heures", "14"),
    ],
)
def test_durations(text, value):
    assert as_hours(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "PT0H",
        "P1Y",
        "deux jours",
        "-3",
        "PT1.2.3H",
        "P9999999D",
        "7h75",
        "7:60",
        "14 h (3 jours)",
    ],
)
def test_what_is_no_duration(text):
    with pytest.raises(UnreadableValueError):
        as_hours(text)


@pytest.mark.parametrize(
    "text",
    [
        "15/01/2027 environ",
        "15 janvier 2027 (report)",
        "jeudi 15 janvier 2027",
        "janvier 2027",
        "15 jui 2027",
        "2027-W03",
    ],
)
def test_a_date_with_something_beside_it_is_refused(text):
    with pytest.raises(UnreadableValueError):
        as_day(text)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_as_people_and_the_portal_write_it(day):
    with translation.override("fr"):
        written = [
            f"{day:%d/%m/%Y}",
            f"{day:%d.%m.%y}",
            day.isoformat(),
            date_format(day, "l j F Y"),
            day_text(day),
        ]
    assert {as_day(text) for text in written if day.year >= 2000 or text != written[1]} == {day}
    assert as_day(end_of_day(day).isoformat(), is_end=True) == day


@given(st.text(max_size=60))
def test_any_text_is_a_value_or_refused(text):
    for read, kind in ((as_day, date), (as_number, Decimal), (as_hours, Decimal)):
        try:
            assert isinstance(read(text), kind)
        except UnreadableValueError as error:
            assert str(error)
    clean_text(text).encode()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=20),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4)
    ),
    max_leaves=12,
)


@given(json_values)
def test_any_value_is_read_or_refused(value):
    reader = RecordReader({"x": ("champ", value)})
    reader.text("x", limit=10, required="manque")
    reader.long_text("x", limit=10)
    reader.number("x")
    reader.day("x")
    reader.hours("x")
    reader.items("x")
    get_path(value, "a.b.c")
    assert all(isinstance(reason, str) and reason for reason in reader.problems.values())


# --- Markup ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<p onclick="x()">Poste<script>alert(1)</script></p>', "<p>Poste</p>"),
        ('<a href="javascript:x()">voir</a>', "<p>voir</p>"),
        ('<a href="/admin/">voir</a>', "<p>voir</p>"),
        (
            '<p><a href="https://x.example" target="_blank">x</a></p>',
            '<p><a href="https://x.example">x</a></p>',
        ),
        ('<a linktype="page" id="3">x</a>', "<p>x</p>"),
        ("<h2>Missions</h2><div>Soins</div>", "<p><b>Missions</b></p><p>Soins</p>"),
        ("<img src=x onerror=alert(1)>", ""),
        ("<p> </p><p>&nbsp;</p>", ""),
        ("<p>12&nbsp;mg</p>", "<p>12\u00a0mg</p>"),
        ("&lt;p&gt;Poste&lt;/p&gt;", "<p>Poste</p>"),
        ("R&D, 3 < 5\nligne\n\nautre", "<p>R&amp;D, 3 &lt; 5<br/>ligne</p><p>autre</p>"),
        ("", ""),
    ],
)
def test_markup_is_cleaned(source, expected):
    assert rich_text(source) == expected


@pytest.mark.parametrize("bomb", ["<b><i>" * 8000, "<ul><li>" * 6000, "<b>" * 7000 + "</b>" * 7000])
def test_markup_that_is_nested_beyond_measure_is_read_as_its_words(bomb):
    """The parser takes the square of the depth: half a minute for each of these."""
    started = time.process_time()
    assert rich_text(f"{bomb}Poste de nuit") == "<p>Poste de nuit</p>"
    assert time.process_time() - started < 2


@given(st.text(max_size=200))
def test_any_markup_is_harmless_and_stable(source):
    cleaned = rich_text(clean_text(source))
    assert "<script" not in cleaned.lower() and "javascript:" not in cleaned.lower().split('href="')[-1][:11]
    assert rich_text(cleaned) == cleaned or "<" not in cleaned
