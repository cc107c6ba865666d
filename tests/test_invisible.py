"""Letters that nobody sees, or that people type differently: one person, one offer, one theme."""

import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from community.factories import GroupFactory, MemberFactory, MembershipFactory
from community.models import Thread
from jobs.factories import JobPageFactory
from jobs.models import JobPage
from members.models import User
from taxonomy.models import Theme

pytestmark = pytest.mark.django_db

CASES = Path(__file__).parent / "cases"
EMAILS = [case["email"] for case in json.loads((CASES / "text/06-emails.json").read_text())]
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
PASSWORD = "deux chevaux dans un pré"


@pytest.mark.parametrize("email", [*EMAILS, "\u200ezed5@exemple.test", "ze\u2066d6@exemple.test"])
def test_an_address_is_what_one_sees(client, site, email):
    seen = UNSEEN.sub("", email).replace("\u2066", "")
    who = {"first_name": "Zélie", "last_name": "Le Goff", "password1": PASSWORD, "terms": "on"}
    client.post("/compte/inscription/", {"email": email, **who})
    user = User.objects.get()
    assert user.email == seen
    link = re.search(r"https?://[^/]+(/compte/\S+)", mail.outbox[-1].body)[1]
    client.post(link)
    client.post("/compte/inscription/", {"email": seen, **who})
    assert User.objects.count() == 1
    client.logout()
    client.post("/compte/connexion/", {"login": f"{seen}\u200b", "password": PASSWORD})
    assert client.session.get("_auth_user_id") == str(user.pk)


def test_an_invitation_reaches_who_has_that_address(client_of, manager):
    member, group = MemberFactory(email="zoe@exemple.test", professions=["infirmier"]), GroupFactory()
    client_of(manager).post(
        reverse("community_members", args=[group.slug]), {"email": "zoe\u00ad@exemple.test\ufeff"}
    )
    assert group.memberships.filter(user=member).exists()


def test_a_password_is_what_was_typed(client, site):
    secret = "deux chevaux\u200b dans un pré"
    who = {"first_name": "Zélie", "last_name": "Le Goff", "terms": "on"}
    client.post("/compte/inscription/", {"email": "a@exemple.test", "password1": secret, **who})
    assert User.objects.get().check_password(secret)


def imported(name: str) -> dict[str, JobPage]:
    with suppress(SystemExit):  # some lines are refused
        call_command("import_jobs", str(CASES / "imports" / name), "--source", "cases")
    return {page.reference: page for page in JobPage.objects.all()}


def test_imports_hold_nothing_unseen(site):
    offers = imported("08-invisible.csv")
    assert {"INV-1", "INV-2", "INV-4"} <= set(offers)
    assert JobPage.objects.filter(reference__contains="INV-2").count() == 1
    for offer in offers.values():
        for value in (offer.reference, offer.title, offer.town, offer.apply_email, offer.employer):
            assert not UNSEEN.search(value)
    assert offers["INV-1"].title == "Infirmier de jour" and offers["INV-1"].town == "Rennes"


def test_imports_read_entities(site):
    offers = imported("07-entities.csv")
    assert offers["ENT-1"].title == "Médecin généraliste"
    assert offers["ENT-1"].employer == "Hôpital de l'Ouest"
    assert offers["ENT-2"].title == "Soins & rééducation : infirmier"
    assert offers["ENT-2"].town == "Saint-Malo"


def test_a_theme_is_one_however_it_is_typed(client_of):
    member, group = MemberFactory(professions=["infirmier"]), GroupFactory()
    MembershipFactory(user=member, group=group)
    client = client_of(member)
    for number, name in enumerate(["L’œdème", "l'oedème", "LʼŒDEME", "l'\u00adoedeme"]):
        data = {"title": f"Une question numéro {number}", "body": "Un avis ?", "free_themes": name}
        client.post(reverse("community_thread_new", args=[group.slug]), data)
    assert Thread.objects.filter(author=member).count() == 4
    assert Theme.objects.filter(slug__contains="oedeme").count() == 1


def test_an_employer_is_one_however_it_is_written(site):
    names = ["CHU Saint‑Cœur", "CHU Saint-Coeur", "chu saint–cœur", "CHU SAINT-CŒUR"]
    assert len({JobPageFactory(employer=name).employer_slug for name in names}) == 1
