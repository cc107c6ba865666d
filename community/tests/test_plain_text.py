"""The plain composer: clinical text is shown, stored and given back as it was typed."""

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.factories import MembershipFactory, PostFactory, ThreadFactory
from community.models import Post
from community.richtext import from_text, sanitize, to_text

LINES = [
    "> 65 ans : réduire la dose",
    ">140/90",
    "≥ 3 mois, <5 %",
    "> LSN : arrêter",
    "- 5 kg",
    "-10 % en 3 mois",
    "- mg/kg",
    "+ 2 g/j",
    "± 5 mmHg",
    "~ 10 min",
    "* p < 0,05",
    "# du col fémoral",
    "_nom_ **gras** ~~barré~~ `code`",
    "1.5 mg le matin",
    "2. 5 mg le soir",
    "10. mg",
    "12) oui",
    "• 500 mg x 3",
    "– 2 cp",
    "HTA – 3 = 5 | 4 \\ 2",
    "<script>alert(1)</script> & co",
    "Na  140   K  4,2",
    "10⁹/L, H₂O, µg",
    "## Titre",
    "--- ",
    "[lien](x) ![](y)",
    "« cité »",
]


def shown(html: str) -> str:
    """What stands on the page, markers of lists included."""
    return to_text(html)


@pytest.mark.parametrize("line", LINES)
def test_signs_and_numbers_are_text(line):
    html = from_text(line)
    assert "<li" not in html and "<blockquote" not in html and "<strong" not in html
    assert unescape(re.sub("<[^>]*>", "", html)) == line.rstrip()
    assert shown(html) == line.rstrip()


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("2. Oui, contre-indiqué", '<ol start="2"><li>Oui, contre-indiqué</li></ol>'),
        (
            "1. un jour\n2. deux\n\nPuis\n\n3. trois\n4. quatre",
            "<ol><li>un jour</li><li>deux</li></ol><p>Puis</p>"
            '<ol start="3"><li>trois</li><li>quatre</li></ol>',
        ),
        (
            "- lundi\n- mardi\n  - matin\n  - soir\n- jeudi",
            "<ul><li>lundi</li><li>mardi<ul><li>matin</li><li>soir</li></ul></li><li>jeudi</li></ul>",
        ),
        ("1. lundi\n   - matin\n2. mardi", "<ol><li>lundi<ul><li>matin</li></ul></li><li>mardi</li></ol>"),
        ("- l’un\n  sur deux lignes\n- à deux", "<ul><li>l’un<br>sur deux lignes</li><li>à deux</li></ul>"),
        ("- Poids\n- 5 kg", "<p>- Poids<br>- 5 kg</p>"),
        ("- toux\n+ fièvre", "<p>- toux<br>+ fièvre</p>"),
        ("1. lundi\n3. mardi", "<p>1. lundi<br>3. mardi</p>"),
        ("Avant\n- lundi\n- mardi", "<p>Avant<br>- lundi<br>- mardi</p>"),
        ("- seule", "<p>- seule</p>"),
        ("a\n   b", "<p>a<br>   b</p>"),
    ],
)
def test_lists_are_those_that_nobody_can_take_for_quantities(typed, html):
    assert from_text(typed) == html
    assert to_text(html) == typed


WORDS = [
    "Metformine",
    "à jeun",
    "l’INR",
    "mg",
    "5",
    "0,5 %",
    "65 ans",
    "Oui",
    "10⁹/L",
    "H₂O",
    "> 3",
    "- 2",
    "+",
    "x 3",
]
STARTS = [
    "",
    "- ",
    "-",
    "> ",
    ">",
    "1. ",
    "2. ",
    "3. ",
    "10) ",
    "• ",
    "* ",
    "+ ",
    "  ",
    "  - ",
    "   1. ",
    "≥ ",
    "#",
]
clinical_lines = st.builds(
    lambda start, words: f"{start}{' '.join(words)}",
    st.sampled_from(STARTS),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
)
clinical_texts = st.lists(clinical_lines | st.just(""), min_size=1, max_size=8).map("\n".join)


def signs(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=500)
@given(clinical_texts)
def test_generated_clinical_text_makes_the_round_trip(typed):
    """Typed → stored → field of the correction → stored: no sign differs, the second time nothing."""
    stored = from_text(typed)
    field = to_text(stored, links=True)
    assert signs(field) == signs(typed)
    assert from_text(field, stored) == stored
    assert from_text(field) == stored
    assert sanitize(stored) == stored
    assert to_text(from_text(field)) == field


@given(st.text(max_size=200))
def test_whatever_is_typed_is_shown_and_stable(typed):
    stored = from_text(typed)
    assert sanitize(stored) == stored
    assert from_text(to_text(stored, links=True), stored) == stored


RICH = (
    '<p><strong>Gras</strong>, 10<sup>9</sup>/L, <s>500 mg</s> 250 mg</p><ol start="4"><li>quatre</li></ol>'
    "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table><blockquote><p>cité</p></blockquote>"
    "<ul><li>5 kg</li></ul>"
    '<p><a href="https://has-sante.fr/" rel="nofollow noopener noreferrer ugc">HAS</a></p>'
)


def test_a_correction_as_text_keeps_what_it_does_not_touch():
    field = to_text(RICH, links=True)
    assert sanitize(RICH) == RICH == from_text(field, RICH)
    corrected = from_text(field.replace("« cité »", "« cité et corrigé »"), RICH)
    assert corrected == RICH.replace("<blockquote><p>cité</p></blockquote>", "<p>« cité et corrigé »</p>")


@pytest.mark.django_db
class TestForms:
    @pytest.fixture
    def nurse(self):
        return MembershipFactory().user

    def field(self, page) -> str:
        found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page.content.decode(), re.DOTALL)
        return unescape(found[1])

    def test_a_message_is_corrected_without_a_change(self, sign_in, nurse):
        typed = "> 65 ans : réduire\n\n2. Oui\n\n- 5 kg\n\n1. lundi\n   - matin\n2. mardi"
        client, thread = sign_in(nurse), ThreadFactory()
        client.post(thread.get_absolute_url(), {"body": typed.replace("\n", "\r\n")})
        post = Post.objects.get(position=2)
        assert post.text == typed
        edit = f"{post.get_absolute_url()}modifier/"
        field = self.field(client.get(edit))
        assert field == typed
        assert client.post(edit, {"body": field.replace("\n", "\r\n")}).status_code == 302
        post.refresh_from_db()
        assert post.edited_at is None

    def test_formatting_survives_a_correction_without_a_script(self, sign_in, nurse):
        post = PostFactory(thread=ThreadFactory(), author=nurse, body=RICH, text=to_text(RICH))
        client, edit = sign_in(nurse), f"{post.get_absolute_url()}modifier/"
        field = self.field(client.get(edit))
        client.post(edit, {"body": f"{field}\n\nMerci."})
        post.refresh_from_db()
        assert post.body == f"{RICH}<p>Merci.</p>"

    def test_a_preview_saves_nothing_and_keeps_what_was_typed(self, sign_in, nurse):
        client, thread = sign_in(nurse), ThreadFactory()
        new = f"{thread.group.get_absolute_url()}nouveau/"
        for address in (thread.get_absolute_url(), new):
            page = client.post(
                address, {"body": "2. Oui\n\n> 65 ans", "preview": "1", "title": "Un titre long"}
            )
            assert page.status_code == 200
            assert '<ol start="2"><li>Oui</li></ol><p>&gt; 65 ans</p>' in page.content.decode()
            assert self.field(page) == "2. Oui\n\n> 65 ans"
            assert Post.objects.filter(author=nurse).count() == 0

    def test_a_script_fetches_the_preview_alone(self, sign_in, nurse):
        client = sign_in(nurse)
        page = client.post("/communaute/apercu/", {"body": "10", "html": "10<sup>9</sup>", "preview": "1"})
        assert "<p>10<sup>9</sup></p>" in page.content.decode() and "<html" not in page.content.decode()
        assert client.get("/communaute/apercu/").status_code == 405

    def test_what_cannot_be_taken_is_refused_beside_the_field_and_kept(self, sign_in, nurse):
        typed = "é" * 20_001
        page = sign_in(nurse).post(ThreadFactory().get_absolute_url(), {"body": typed, "preview": "1"})
        assert page.status_code == 422
        assert page.context["form"].errors["body"] and self.field(page) == typed
