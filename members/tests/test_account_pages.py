"""One's own account: what it shows, what it takes, what it refuses."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from members import services
from members.factories import UserFactory, in_state, practising, verified, waiting
from members.models import Practice, Profile, User, Verification
from members.viewers import viewer_for
from taxonomy.models import Department, Profession, Specialty

pytestmark = pytest.mark.django_db

State = Verification.State


@pytest.fixture
def member() -> User:
    return UserFactory(first_name="Léa", last_name="Cadiou")


@pytest.fixture
def client(client_of, member):
    return client_of(member)


def text_of(response) -> str:
    return response.content.decode()


def profession(slug: str = "infirmier") -> Profession:
    return Profession.objects.get(slug=slug)


@pytest.mark.parametrize(
    "address",
    [
        "/compte/",
        "/compte/bienvenue/",
        "/compte/profil/",
        "/compte/exercices/ajouter/",
        "/compte/verification/",
        "/compte/adresse/",
        "/compte/mot-de-passe/",
        "/compte/specialites/",
    ],
)
def test_a_visitor_signs_in_first(address):
    from django.test import Client

    response = Client().get(address)
    assert response.status_code == 302
    assert response.url.startswith("/compte/connexion/?next=")


@pytest.mark.parametrize(
    "address",
    [
        "/compte/",
        "/compte/bienvenue/",
        "/compte/profil/",
        "/compte/exercices/ajouter/",
        "/compte/adresse/",
        "/compte/mot-de-passe/",
        "/compte/deconnexion/",
        "/compte/confirmer/",
    ],
)
def test_pages_are_whole_private_and_without_inline_script_or_style(client, address):
    response = client.get(address)
    page = text_of(response)
    assert page.count("<h1") == 1
    assert 'content="noindex"' in page
    assert "<script>" not in page and " style=" not in page
    assert "private" in response["Cache-Control"]


class TestHome:
    def test_a_new_member_is_asked_what_they_practise(self, client):
        page = text_of(client.get("/compte/"))
        assert reverse("account_welcome") in page
        assert "Quelle profession exercez-vous" in page

    def test_who_said_it_is_invited_to_be_verified(self, client, member):
        practising(member, "infirmier")
        page = text_of(client.get("/compte/"))
        assert f"{reverse('account_verification')}?profession=infirmier" in page
        assert "Encore une étape" in page

    def test_who_waits_reads_when_the_answer_comes(self, client, member):
        waiting(member, "infirmier")
        page = text_of(client.get("/compte/"))
        assert "sous deux jours ouvrés" in page and "Retirer ma demande" in page

    def test_what_was_verified_shows_its_method_and_date(self, client, member):
        verified(member, "infirmier")
        page = text_of(client.get("/compte/"))
        assert "Justificatif examiné" in page and "<time" in page
        assert "Encore une étape" not in page

    @pytest.mark.parametrize("state", [State.REFUSED, State.REVOKED])
    def test_who_was_refused_reads_why_and_may_ask_again(self, client, member, state):
        in_state(member, "infirmier", state, note="Il manque la date.")
        page = text_of(client.get("/compte/"))
        assert "Il manque la date." in page and "Refaire la demande" in page
        assert "Il manque quelque chose à votre vérification" in page and "Encore une étape" not in page

    def test_the_note_of_an_acceptance_is_for_the_managers(self, client, member):
        in_state(member, "infirmier", State.VERIFIED, note="Carte vue.")
        assert "Carte vue." not in text_of(client.get("/compte/"))

    def test_it_shows_nothing_of_another_member(self, client):
        other = UserFactory(first_name="Gwendal")
        in_state(other, "sage-femme", State.REFUSED, note="Confidentiel.")
        page = text_of(client.get("/compte/"))
        assert "Gwendal" not in page and "Confidentiel" not in page and "Sage-femme" not in page

    def test_it_costs_few_queries_whatever_one_practises(self, client, member, django_assert_max_num_queries):
        for slug in ("infirmier", "medecin", "pharmacien", "sage-femme"):
            verified(member, slug)
        client.get("/compte/")
        with django_assert_max_num_queries(14):
            client.get("/compte/")


class TestProfile:
    def test_it_is_saved(self, client, member):
        answers = {
            "first_name": "Léo",
            "last_name": "Roux",
            "town": "Brest",
            "presentation": "Libéral.\nOuvert.",
        }
        assert client.post("/compte/profil/", answers).url == "/compte/"
        member.refresh_from_db()
        assert (member.first_name, member.profile.town) == ("Léo", "Brest")
        assert "Libéral.<br>Ouvert." in text_of(client.get("/compte/"))

    @pytest.mark.parametrize("state", [State.PENDING, State.VERIFIED])
    def test_who_was_checked_in_one_name_does_not_take_another(self, client, member, state):
        in_state(member, "infirmier", state)
        answers = {"first_name": "Marie", "last_name": "Curie", "town": "Brest", "presentation": ""}
        assert "écrivez à l’équipe d’animation" in text_of(client.get("/compte/profil/"))
        client.post("/compte/profil/", answers)
        member.refresh_from_db()
        assert (member.first_name, member.last_name, member.profile.town) == ("Léa", "Cadiou", "Brest")
        with pytest.raises(ValidationError):
            services.profile_update(
                viewer=viewer_for(member), first_name="Marie", last_name="Curie", findable=True
            )

    def test_a_name_that_was_checked_meanwhile_stays_and_the_form_says_why(self, client, member, monkeypatch):
        checked = iter([False, True])  # as the page asks, and as the service does
        monkeypatch.setattr(services, "name_is_checked", lambda user: next(checked))
        answers = {"first_name": "Marie", "last_name": "Curie", "town": "Brest", "presentation": ""}
        response = client.post("/compte/profil/", answers)
        assert response.status_code == 200
        assert "écrivez à l’équipe d’animation" in response.context["form"].errors["last_name"][0]
        assert 'value="Brest"' in response.content.decode()
        member.refresh_from_db()
        assert (member.first_name, member.last_name) == ("Léa", "Cadiou")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("first_name", "12345"),
            ("last_name", ""),
            ("town", "x" * 81),
            ("presentation", "x" * 1_000_000),
            ("presentation", "a\x00b"),
        ],
    )
    def test_what_cannot_be_is_said_and_what_was_typed_stays(self, client, field, value):
        answers = {"first_name": "Léo", "last_name": "Roux", "town": "Brest", "presentation": "Libéral."}
        response = client.post("/compte/profil/", answers | {field: value})
        assert response.status_code == 200
        assert field in response.context["form"].errors
        kept = "Léo" if field != "first_name" else "Roux"
        assert kept in text_of(response)
        assert not Profile.objects.exclude(town="").exists()

    def test_markup_is_text(self, client):
        script = "<script>alert(1)</script>"
        client.post(
            "/compte/profil/", {"first_name": "Léo", "last_name": "R", "town": script, "presentation": script}
        )
        assert script not in text_of(client.get("/compte/"))


class TestPractices:
    def test_one_is_added_and_removed(self, client, member):
        added = {"profession": profession().pk, "department": Department.objects.get(code="2B").pk}
        assert client.post("/compte/exercices/ajouter/", added).url == "/compte/"
        practice = member.practices.get()
        assert "Haute-Corse" in text_of(client.get("/compte/"))
        assert client.post(f"/compte/exercices/{practice.pk}/retirer/").url == "/compte/"
        assert not Practice.objects.exists()

    def test_another_members_is_not_found(self, client):
        theirs = practising(UserFactory(), "infirmier").practices.get()
        assert client.post(f"/compte/exercices/{theirs.pk}/retirer/").status_code == 404
        assert client.post(f"/compte/exercices/{10**30}/retirer/").status_code == 404
        assert client.get(f"/compte/exercices/{theirs.pk}/retirer/").status_code == 405

    def test_the_same_twice_is_a_sentence(self, client, member):
        practising(member, "infirmier", "29")
        again = {"profession": profession().pk, "department": Department.objects.get(code="29").pk}
        response = client.post("/compte/exercices/ajouter/", again)
        assert response.status_code == 200
        assert "figure déjà" in text_of(response)

    @pytest.mark.parametrize("value", ["", "0", "-1", "abc", "9" * 40, "\x00", "1 OR 1=1"])
    @pytest.mark.parametrize("field", ["profession", "specialty", "department"])
    def test_forged_choices_are_refused(self, client, field, value):
        answers = {"profession": profession("medecin").pk} | {field: value}
        response = client.post("/compte/exercices/ajouter/", answers)
        if value == "" and field != "profession":
            assert response.status_code == 302
            return
        assert response.status_code == 200
        assert field in response.context["form"].errors

    def test_specialties_stand_under_their_profession(self, client):
        page = text_of(client.get("/compte/exercices/ajouter/"))
        assert '<optgroup label="Médecin">' in page and '<optgroup label="Pharmacien">' in page

    def test_a_specialty_of_another_profession_is_refused(self, client):
        specialty = Specialty.objects.filter(profession__slug="medecin").first()
        response = client.post(
            "/compte/exercices/ajouter/", {"profession": profession().pk, "specialty": specialty.pk}
        )
        assert "specialty" in response.context["form"].errors

    def test_a_script_may_narrow_the_specialties(self, client):
        page = text_of(client.get("/compte/specialites/", {"profession": profession("pharmacien").pk}))
        assert '<select name="specialty"' in page
        assert '<optgroup label="Pharmacien">' in page and "Médecin" not in page
        for odd in ("", "x", "9" * 40, "²", "\x00"):
            assert client.get("/compte/specialites/", {"profession": odd}).status_code == 200


class TestWelcome:
    def test_it_leads_to_the_verification_or_to_one_more(self, client):
        answers = {"profession": profession().pk}
        assert client.post("/compte/bienvenue/", answers).url == "/compte/verification/?profession=infirmier"
        more = {"profession": profession("medecin").pk, "another": "", "next": "/emplois/"}
        response = client.post("/compte/bienvenue/", more)
        assert response.url == "/compte/bienvenue/?profession=medecin&next=%2Femplois%2F"
        page = text_of(client.get(response.url))
        assert "<li>Infirmier" in page and "<li>Médecin" in page

    def test_it_can_wait(self, client):
        assert '<a href="/emplois/">Plus tard</a>' in text_of(client.get("/compte/bienvenue/?next=/emplois/"))
        assert '<a href="/">Plus tard</a>' in text_of(
            client.get("/compte/bienvenue/?next=//ailleurs.example")
        )

    def test_its_form_is_cheap(self, client, django_assert_max_num_queries):
        client.get("/compte/bienvenue/")
        with django_assert_max_num_queries(12):
            client.get("/compte/bienvenue/")


class TestLanguage:
    def test_pages_and_mails_follow(self, client, member):
        client.post("/compte/langue/", {"language": "en", "next": "/compte/"})
        member.profile.refresh_from_db()
        assert member.profile.language == "en"
        assert "My professions" in text_of(client.get("/compte/"))

    def test_an_unknown_language_changes_nothing(self, client, member):
        client.post("/compte/langue/", {"language": "klingon", "next": "/compte/"})
        assert Profile.objects.get(user=member).language == "fr"
        assert "Mes professions" in text_of(client.get("/compte/"))
