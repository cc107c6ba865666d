"""Components, tags and forms: what every page is made of."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from core.text import typo
from home.context_processors import SECTIONS
from home.jinja2tags import tone

ROOT = Path(settings.BASE_DIR)
NOW = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)  # 15:30 in Paris, a Tuesday


def render(call: str, **context) -> str:
    """Renders `name(arguments)`, a macro of components/<name>.html."""
    name = call.split("(")[0]
    source = f'{{% from "components/{name}.html" import {name} %}}{{{{ {call} }}}}'
    return engines["jinja2"].from_string(source).render(context)


def module(name: str):
    """The macros of a component."""
    return engines["jinja2"].env.get_template(f"components/{name}.html").module


@pytest.fixture
def english():
    with translation.override("en"):
        yield


# --- Dates


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 3, 10, 14, 29, 30, tzinfo=UTC), "just now"),
        (datetime(2026, 3, 10, 14, 18, tzinfo=UTC), "12 min ago"),
        (datetime(2026, 3, 10, 9, 0, tzinfo=UTC), "5 hr ago"),
        (datetime(2026, 3, 9, 17, 4, tzinfo=UTC), "yesterday at 18:04"),
        (datetime(2026, 3, 8, 17, 4, tzinfo=UTC), "2 days ago"),
        (datetime(2026, 3, 3, 17, 4, tzinfo=UTC), "3\u00a0March"),
        (datetime(2025, 12, 1, 9, 0, tzinfo=UTC), "1\u00a0December 2025"),
        (datetime(2026, 3, 11, 8, 0, tzinfo=UTC), "tomorrow at 9:00"),
        (datetime(2026, 3, 20, 8, 0, tzinfo=UTC), "20\u00a0March at 9:00"),
        (date(2026, 3, 10), "today"),
        (date(2026, 3, 9), "yesterday"),
        (date(2026, 3, 6), "4 days ago"),
        (date(2027, 1, 10), "10\u00a0January 2027"),
    ],
)
def test_a_date_reads_as_people_say_it(moment, words, english, time_machine):
    time_machine.move_to(NOW, tick=False)
    assert f">{words}</time>" in render("date(moment)", moment=moment)


def test_a_date_carries_its_full_form_for_machines_and_for_those_who_hover(english, time_machine):
    time_machine.move_to(NOW, tick=False)
    html = render("date(moment)", moment=datetime(2026, 3, 9, 17, 4, tzinfo=UTC))
    assert 'datetime="2026-03-09T18:04+01:00"' in html
    assert 'title="Monday 9\u00a0March 2026 at 18:04"' in html


def test_the_first_of_a_month_in_french(time_machine):
    time_machine.move_to(NOW, tick=False)
    with translation.override("fr"):
        assert ">1er\u00a0février</time>" in render("date(moment)", moment=date(2026, 2, 1))


def test_midnight_is_counted_in_the_portals_own_time(english, time_machine):
    time_machine.move_to(datetime(2026, 3, 9, 23, 30, tzinfo=UTC), tick=False)  # the 10th in Paris
    moment = datetime(2026, 3, 9, 22, 30, tzinfo=UTC)  # 23:30 on the 9th in Paris
    assert ">yesterday at 23:30<" in render("date(moment)", moment=moment)


def test_no_date_shows_nothing():
    assert render("date(moment)", moment=None) == ""


# --- Words and tones


def test_french_spacing_holds_signs_and_numbers_together():
    assert typo("Quoi ? « Oui » : 2 350 €") == "Quoi\u00a0? «\u00a0Oui\u00a0»\u00a0: 2\u00a0350\u00a0€"


def test_spacing_leaves_markup_to_be_escaped():
    html = engines["jinja2"].from_string("{{ text|typo }}").render({"text": "<b> ?"})
    assert html == "&lt;b&gt;\u00a0?"


def test_a_tone_is_always_the_same_and_exists_in_the_stylesheet():
    css = (ROOT / "static/css/forms.css").read_text()
    assert tone(12) == tone(12)
    assert all(f".{tone(key)} " in css for key in [*range(40), "abc"])


# --- Icons


def sprite() -> set[str]:
    return set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons/sprite.svg").read_text()))


def named_icons() -> set[str]:
    names = {icon for *_rest, icon in SECTIONS}
    for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")]:
        text = path.read_text()
        names.update(re.findall(r'\bicon\("([\w-]+)"', text))
    for path in ROOT.glob("*/search_index.py"):
        names.update(re.findall(r'\bicon = "([\w-]+)"', path.read_text()))
    return names


def test_every_icon_that_is_named_is_in_the_sprite():
    assert named_icons() - sprite() == set()


def test_the_sprite_carries_no_icon_that_nobody_names():
    sources = [
        *ROOT.glob("templates/**/*.html"),
        *(path for app in settings.INSTALLED_APPS for path in ROOT.glob(f"{app}/**/*.py")),
    ]
    words = set(re.findall(r"[\"']([\w-]+)[\"']", "\n".join(path.read_text() for path in sources)))
    assert sprite() - words == set()


def test_an_icon_is_hidden_from_readers_and_escapes_its_name():
    assert 'aria-hidden="true"' in render('icon("x")')
    assert "<script>" not in render("icon(name)", name='"><script>')


# --- Covers


def test_a_cover_is_the_same_for_the_same_themes_and_carries_no_style_attribute():
    html = render("cover([200, 60], seed=7)")
    assert html == render("cover([200, 60], seed=7)")
    assert html != render("cover([200, 60], seed=8)")
    assert "style=" not in html and "<circle" in render("cover([])")


# --- Blocks


def test_a_notice_takes_any_content_and_escapes_plain_text():
    begin = '{% from "components/notice.html" import notice %}{% call notice(title="H") %}'
    html = engines["jinja2"].from_string(begin + '<a href="#">x</a>{% endcall %}').render()
    assert '<a href="#">x</a>' in html
    assert "&lt;b&gt;" in render("notice(text)", text="<b>")


def test_facts_leave_out_what_is_empty():
    html = str(module("facts").facts_list([("Pay", "2 000 €"), ("Reference", "")]))
    assert "<dt>Pay</dt>" in html and "Reference" not in html


# --- Forms


class Form(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the card.")
    town = forms.CharField(label="Town", required=False)
    agree = forms.BooleanField(label="I agree")
    kinds = forms.MultipleChoiceField(
        label="Kinds", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple, help_text="Any."
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_every_field_has_a_label_and_says_when_it_is_optional(english):
    html = str(Form())
    for name in ("id_name", "id_town", "id_agree"):
        assert f'<label for="{name}">' in html
    assert html.count("(optional)") == 1
    assert "<legend>Kinds</legend>" in html


def test_an_error_is_tied_to_its_field_and_listed_once_above_the_form(english):
    form = Form({"town": "Brest"})
    html = str(form)
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html and 'id="id_name_helptext"' in html
    assert 'aria-describedby="id_kinds_helptext id_kinds_error"' in html
    assert 'role="alert"' in html and '<a href="#id_name">Name</a>' in html
    assert 'value="Brest"' in html


def test_what_was_typed_is_escaped_in_the_field_and_in_its_error():
    html = str(Form({"name": "<script>", "kinds": ["<script>"]}))
    assert "<script>" not in html


def test_errors_of_no_visible_field_are_told_too():
    form = Form({"name": "x"})
    form.add_error(None, "These do not go together.")
    form.add_error("token", "Too old.")
    html = str(form)
    assert "These do not go together." in html and "Too old." in html


def test_a_form_of_hidden_fields_only_draws_nothing_else():
    class Hidden(forms.Form):
        total = forms.IntegerField(widget=forms.HiddenInput)

    assert re.fullmatch(r'<input type="hidden" name="total"[^>]*>', str(Hidden()).strip())


# --- The frame


@pytest.fixture
def frame(db):
    def draw(path: str = "/emplois/offre/", **context) -> str:
        from members.access import VISITOR

        request = RequestFactory().get(path)
        request.viewer = context.pop("viewer", VISITOR)
        request.user = context.pop("user", None)
        template = engines["jinja2"].from_string('{% extends "base.html" %}')
        return template.render(context, request)

    return draw


def test_the_current_section_is_marked_by_the_address_or_by_the_page(frame):
    marked = re.compile(r'<a href="(/\w+/)" aria-current="page">')
    assert set(marked.findall(frame())) == {"/emplois/"}
    assert set(marked.findall(frame("/recherche/", section="news"))) == {"/actualites/"}
    assert marked.findall(frame("/recherche/")) == []


def test_the_frame_has_no_inline_script_or_style(frame):
    html = frame()
    assert " style=" not in html and "<style" not in html
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == [] and " onclick" not in html


def test_only_those_in_charge_see_their_entries(frame, django_user_model):
    from members.access import Viewer

    user = django_user_model(pk=3, email="a@pairs.example", first_name="Ada", last_name="Lo")
    member = frame(user=user, viewer=Viewer(user_id=3))
    assert "/compte/" in member and "/animation/" not in member and 'href="/admin/"' not in member
    staff = frame(user=user, viewer=Viewer(user_id=3, tokens=frozenset({"public", "manager", "editor"})))
    assert "/animation/" in staff and 'href="/admin/"' in staff


def test_a_visitor_is_brought_back_after_signing_in(frame):
    assert "?next=/emplois/offre/" in frame()


def test_a_first_visit_needs_few_files(frame):
    files = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', frame()))
    assert len(files) <= 9
    weight = sum(len((ROOT / "static" / name.removeprefix("/static/")).read_bytes()) for name in files)
    assert weight < 140_000, "uncompressed"


def test_another_accent_hue_is_one_small_stylesheet(frame, rf):
    from home.brand_css import brand_css
    from home.branding import Brand

    request = rf.get("/marque.css")
    brand = Brand.for_request(request)
    assert "marque.css" not in frame()
    brand.hue = 300
    brand.save()
    assert 'href="/marque.css?300"' in frame()
    response = brand_css(rf.get("/marque.css"))
    assert response["Content-Type"] == "text/css"
    assert b"--hue: 300;" in response.content


@pytest.mark.parametrize("name", ["400", "500", "503"])
def test_some_error_pages_need_neither_request_nor_database(name):
    html = engines["jinja2"].get_template(f"{name}.html").render({})
    assert "<h1>" in html and 'href="/"' in html


@pytest.mark.parametrize("name", ["403", "403_csrf", "404"])
def test_error_pages_are_in_the_frame_and_not_indexed(name, db):
    request = RequestFactory().get("/emplois/secret-title/")
    html = engines["jinja2"].get_template(f"{name}.html").render({}, request)
    assert "<h1>" in html and 'content="noindex"' in html and 'rel="canonical"' not in html


# --- Stylesheets


def test_stylesheets_stay_small_and_readable():
    import gzip

    sheets = list((ROOT / "static/css").glob("*.css"))
    assert sum(len(gzip.compress(path.read_bytes())) for path in sheets) <= 12_000
    assert all(path.read_text().count("\n") <= 300 for path in sheets)
