"""Partners' HTML as offers show it, with text and extract (`cases/imports/11-html.jsonl`)."""

from pathlib import Path

import pytest
from django.core.management import call_command

from jobs.factories import JobPageFactory
from jobs.models import JobPage

pytestmark = pytest.mark.django_db

CASE = Path(__file__).parent / "cases/imports/11-html.jsonl"
# reference → (rich text, plain text)
RIGHT = {
    "HT-1": ("<p>Poste de jour.</p><p>Prime de nuit.</p><p>Logement possible.</p>", None),
    "HT-2": ("<p>Lundi | 8 h<br/>Mardi | 14 h</p>", "Lundi | 8 h\nMardi | 14 h"),
    "HT-3": (
        "<p>Service de <b>bloc</b>.</p><ul><li>Astreintes</li><li>Gardes</li></ul>",
        "Service de bloc.\n- Astreintes\n- Gardes",
    ),
    "HT-4": ("<p>Poste de jour.</p>", None),
    "HT-5": ("<p>Poste de jour.</p>", None),
    "HT-6": ("<p>Poste de jour.</p><p><b>Prime</b></p>", None),
    "HT-7": ("<p>Horaires : 7 h à 19 h</p><p>Repos : deux week-ends sur trois</p>", None),
    "HT-8": (
        "<p>Le service</p><p>Le poste</p><p>«\u00a0Une équipe\u00a0»</p><p>8 h<br/>14 h</p>",
        "Le service\nLe poste\n« Une équipe »\n8 h\n14 h",
    ),
    "HT-9": (
        "<p>Missions :</p><ul><li>Soins</li><li>Transmissions</li></ul>"
        "<p>Profil :</p><ol><li>Diplôme</li></ol><p>Contact</p>",
        "Missions :\n- Soins\n- Transmissions\nProfil :\n1. Diplôme\nContact",
    ),
    "HT-10": ("<p>Un</p><p>Deux</p><p><b>Titre</b></p><p>Suite</p><p>Fin</p>", None),
    "HT-11": (
        "<ul><li><p>Soins</p><p>Pansements</p></li><li><p>Perfusions</p><p>Prélèvements</p></li></ul>",
        "- Soins\nPansements\n- Perfusions\nPrélèvements",
    ),
    "HT-12": (
        "<p>Poste de jour.</p><p>Missions :<br/>- soins<br/>- transmissions <b>orales</b></p>"
        "<p>Contact : RH</p>",
        "Poste de jour.\nMissions :\n- soins\n- transmissions orales\nContact : RH",
    ),
    "HT-13": ("<p>Poste de jour.</p><p>Prime.</p>", None),
    "HT-14": ("<p>Voir ici et là</p>", "Voir ici et là"),
}


def test_every_way_to_write_html_reads_right(site):
    call_command("import_jobs", str(CASE), "--source", "cases")
    offers = {page.reference: page for page in JobPage.objects.all()}
    assert set(offers) == set(RIGHT)
    for reference, (html, text) in RIGHT.items():
        assert offers[reference].body[0].value.source == html, reference
        if text:
            assert offers[reference].plain_text == text, reference
        assert "Normal0" not in offers[reference].readable_text


def test_what_the_editor_cannot_show_is_written_in_text_extract_and_structured_data(site, client):
    body = "<p>Hb &lt; 10<sup>9</sup>/L</p><ol><li>lire</li></ol><p>H<sub>2</sub>O</p>"
    page = JobPageFactory(body=[("paragraph", body)])
    assert page.plain_text == "Hb < 10⁹/L\n1. lire\nH₂O"
    assert "10⁹/L" in page.excerpt and "10⁹/L" in page.readable_text
    html = client.get(page.get_url()).content.decode()
    assert "109/L" not in html and "H2O" not in html
