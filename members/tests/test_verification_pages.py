"""Asking for verification, and what managers see and decide."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from members.factories import UserFactory, in_state, manager, practising, verified, viewer_of, waiting
from members.models import User, Verification, VerificationDocument
from taxonomy.models import Profession

pytestmark = pytest.mark.django_db

State = Verification.State
QUEUE = "/animation/verifications/"
PDF = b"%PDF-1.7\nun justificatif"


@pytest.fixture
def desk(client_of) -> Client:
    """A manager's browser."""
    return client_of(manager())


def text_of(response) -> str:
    return response.content.decode()


def page_of(verification: Verification) -> str:
    return f"{QUEUE}{verification.pk}/"


def with_document(user: User) -> Verification:
    verification = waiting(user, "infirmier")
    VerificationDocument.objects.create(
        verification=verification, kind="pdf", file=SimpleUploadedFile("carte.pdf", PDF)
    )
    return verification


class TestAsking:
    ADDRESS = "/compte/verification/"

    @pytest.fixture
    def member(self) -> User:
        return practising(UserFactory(), "infirmier")

    @pytest.fixture
    def client(self, client_of, member) -> Client:
        return client_of(member)

    def answers(self, **fields) -> dict:
        return {"profession": Profession.objects.get(slug="infirmier").pk, "message": "Bonjour."} | fields

    def test_a_document_is_taken_and_shown_to_nobody_on_the_account(self, client, member):
        upload = SimpleUploadedFile("carte.pdf", PDF, content_type="application/pdf")
        assert client.post(self.ADDRESS, self.answers(document=upload)).url == "/compte/"
        stored = VerificationDocument.objects.get()
        assert stored.file.read() == PDF
        assert stored.file.name not in text_of(client.get("/compte/"))

    def test_a_doubtful_number_is_taken_with_a_warning(self, client):
        response = client.post(self.ADDRESS, self.answers(rpps="10003456781"), follow=True)
        assert "faute de frappe" in text_of(response)
        assert Verification.objects.get().rpps == "10003456781"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("rpps", "123"),
            ("rpps", "1" * 10_000),
            ("rpps", "\x00"),
            ("message", "x" * 1_000_000),
            ("message", "a\x00"),
            ("profession", "abc"),
            ("profession", "9" * 40),
        ],
    )
    def test_what_cannot_be_is_said_and_nothing_is_asked(self, client, field, value):
        response = client.post(self.ADDRESS, self.answers(**{field: value}))
        assert response.status_code == 200
        assert field in response.context["form"].errors
        assert not Verification.objects.exists()

    def test_what_was_typed_stays(self, client):
        response = client.post(self.ADDRESS, self.answers(rpps="123", message="Rappelez le standard."))
        assert "Rappelez le standard." in text_of(response)

    def test_a_wrong_file_is_a_sentence(self, client):
        upload = SimpleUploadedFile("carte.pdf", b"MZ\x90 exe", content_type="application/pdf")
        response = client.post(self.ADDRESS, self.answers(document=upload))
        assert "document" in response.context["form"].errors

    def test_an_empty_request_is_a_sentence(self, client):
        response = client.post(self.ADDRESS, self.answers(message=""))
        assert response.status_code == 200
        assert "il faut de quoi vérifier" in text_of(response)

    def test_another_profession_than_ones_own_is_refused(self, client):
        physician = Profession.objects.get(slug="medecin")
        response = client.post(self.ADDRESS, self.answers(profession=physician.pk))
        assert response.status_code == 200
        assert not Verification.objects.exists()

    def test_sent_twice_it_is_asked_once(self, client):
        assert client.post(self.ADDRESS, self.answers()).status_code == 302
        assert client.post(self.ADDRESS, self.answers()).url == "/compte/"
        assert Verification.objects.count() == 1

    def test_with_several_professions_one_chooses(self, client, member):
        practising(member, "medecin")
        page = text_of(client.get(f"{self.ADDRESS}?profession=medecin"))
        physician = Profession.objects.get(slug="medecin")
        assert f'<option value="{physician.pk}" selected>' in page

    def test_one_withdraws_ones_own_only(self, client, member):
        own, theirs = waiting(UserFactory(), "medecin"), waiting(UserFactory(), "medecin")
        Verification.objects.filter(pk=own.pk).update(user=member)
        assert client.post(f"{self.ADDRESS}{theirs.pk}/retirer/").status_code == 404
        assert client.post(f"{self.ADDRESS}{own.pk}/retirer/").url == "/compte/"
        assert list(Verification.objects.all()) == [theirs]


@pytest.mark.parametrize("who", ["visitor", "member", "verified", "editor", "the member concerned"])
def test_for_who_is_no_manager_these_pages_do_not_exist(who, client_of, editor):
    verification = with_document(UserFactory())
    client = {
        "visitor": Client,
        "member": lambda: client_of(UserFactory()),
        "verified": lambda: client_of(verified(UserFactory(), "infirmier")),
        "editor": lambda: client_of(editor),
        "the member concerned": lambda: client_of(verification.user),
    }[who]()
    page = page_of(verification)
    close = f"/animation/membres/{verification.user_id}/fermer/"
    for response in (
        client.get(QUEUE),
        client.get(page),
        client.get(f"{page}document/"),
        client.post(page, {"decision": "approve", "approve-method": "document"}),
        client.post(close, {"note": "x"}),
    ):
        # Whose session ended while they were writing gets their text back, whatever the address is.
        given_back = who == "visitor" and response.request["REQUEST_METHOD"] == "POST"
        assert response.status_code == (403 if given_back else 404)
    verification.refresh_from_db()
    assert verification.state == State.PENDING and User.objects.get(pk=verification.user_id).is_active


class TestQueue:
    def test_who_waits_longest_comes_first(self, desk):
        for days, name in ((1, "Récent"), (9, "Ancien"), (4, "Moyen")):
            waiting(
                UserFactory(first_name=name), "infirmier", requested_at=timezone.now() - timedelta(days=days)
            )
        page = text_of(desk.get(QUEUE))
        assert page.index("Ancien") < page.index("Moyen") < page.index("Récent")

    def test_tabs_count_and_hold_each_state(self, desk):
        for state, name in zip(State, ("Attend", "Admise", "Refuse", "Retiree"), strict=True):
            in_state(UserFactory(first_name=name), "infirmier", state)
        for slug, name in (
            ("attente", "Attend"),
            ("verifies", "Admise"),
            ("refuses", "Refuse"),
            ("retires", "Retiree"),
        ):
            listed = desk.get(QUEUE, {"etat": slug}).context["page"]
            assert [row.user.first_name for row in listed] == [name]
        assert [count for _url, _label, count in desk.get(QUEUE).context["tabs"]] == [1, 1, 1, 1]

    def test_people_are_found_by_name_or_address(self, desk):
        user = UserFactory(first_name="Solène", last_name="Le Bihan", email="sol@exemple.test")
        in_state(user, "infirmier", State.VERIFIED)
        in_state(UserFactory(), "infirmier", State.VERIFIED)
        for words in ("solène", "bihan le", "sol@exemple"):
            found = desk.get(QUEUE, {"etat": "verifies", "q": words}).context["page"]
            assert [row.user for row in found] == [user], words

    def test_closed_accounts_are_not_listed(self, desk):
        verification = waiting(UserFactory(is_active=False), "infirmier")
        assert list(desk.get(QUEUE).context["page"]) == []
        assert desk.get(page_of(verification)).status_code == 404

    @pytest.mark.parametrize(
        "query",
        [
            {"etat": "x"},
            {"etat": "\x00"},
            {"page": "9" * 40},
            {"page": "-1"},
            {"q": "\x00%_'\""},
            {"q": "x" * 10**5},
        ],
    )
    def test_odd_addresses_show_a_list(self, desk, query):
        assert desk.get(QUEUE, query).status_code == 200

    def test_it_costs_the_same_for_one_and_for_many(self, desk, django_assert_max_num_queries):
        for _number in range(25):
            waiting(UserFactory(), "infirmier")
        desk.get(QUEUE)
        with django_assert_max_num_queries(14):
            response = desk.get(QUEUE)
        assert len(response.context["page"]) == 20
        assert 'rel="next"' in text_of(response)


class TestDecision:
    def test_what_was_declared_is_shown(self, desk):
        verification = with_document(UserFactory(first_name="Nolwenn"))
        Verification.objects.update(rpps="10003456781", message="Diplômée en 2019.")
        page = text_of(desk.get(page_of(verification)))
        for shown in (
            "Nolwenn",
            "Infirmier",
            "Finistère",
            "10003456781",
            "semble mal saisi",
            "Diplômée",
            "PDF",
        ):
            assert shown in page
        assert page.count("<h1") == 1

    def test_accepting_takes_a_method(self, desk):
        verification = waiting(UserFactory(), "infirmier")
        response = desk.post(page_of(verification), {"decision": "approve", "approve-note": "Carte vue."})
        assert response.status_code == 200
        assert "Carte vue." in text_of(response)
        answers = {"decision": "approve", "approve-method": "register", "approve-note": "Rappelé."}
        assert desk.post(page_of(verification), answers).url == QUEUE
        assert viewer_of(verification.user).is_verified

    def test_refusing_takes_a_reason(self, desk):
        verification = waiting(UserFactory(), "infirmier")
        response = desk.post(page_of(verification), {"decision": "refuse", "refuse-note": ""})
        assert "note" in response.context["forms"]["refuse"].errors
        assert response.context["forms"]["approve"].errors == {}
        assert desk.post(page_of(verification), {"decision": "refuse", "refuse-note": "Flou."}).url == QUEUE
        assert Verification.objects.get().note == "Flou."

    def test_what_was_verified_can_be_withdrawn(self, desk):
        verification = in_state(UserFactory(), "infirmier", State.VERIFIED)
        assert desk.post(page_of(verification), {"decision": "revoke", "revoke-note": "Radié."}).url == QUEUE
        assert not viewer_of(verification.user).is_verified
        assert "Radié." in text_of(desk.get(page_of(verification)))

    def test_who_decides_second_reads_that_somebody_was_first(self, desk):
        verification = in_state(UserFactory(), "infirmier", State.REFUSED)
        response = desk.post(page_of(verification), {"decision": "approve", "approve-method": "register"})
        assert "Une décision a déjà été prise" in text_of(response)
        assert Verification.objects.get().state == State.REFUSED

    @pytest.mark.parametrize("decision", ["", "revoke", "delete", "\x00", "x" * 10**5])
    def test_a_forged_decision_decides_nothing(self, desk, decision):
        verification = waiting(UserFactory(), "infirmier")
        assert desk.post(page_of(verification), {"decision": decision}).status_code == 200
        assert Verification.objects.get().state == State.PENDING

    def test_pro_sante_connect_is_not_a_managers_method(self, desk):
        verification = waiting(UserFactory(), "infirmier")
        desk.post(page_of(verification), {"decision": "approve", "approve-method": "psc"})
        assert Verification.objects.get().state == State.PENDING

    def test_ones_own_request_is_for_somebody_else(self, client_of):
        by = manager()
        verification = waiting(by, "infirmier")
        response = client_of(by).post(
            page_of(verification), {"decision": "approve", "approve-method": "document"}
        )
        assert "Une autre personne" in text_of(response)

    def test_unknown_requests_are_not_found(self, desk):
        for number in (0, 10**6, 10**30):
            assert desk.get(f"{QUEUE}{number}/").status_code == 404
            assert desk.get(f"{QUEUE}{number}/document/").status_code == 404

    def test_its_page_is_cheap(self, desk, django_assert_max_num_queries):
        verification = with_document(UserFactory())
        desk.get(page_of(verification))
        with django_assert_max_num_queries(16):
            desk.get(page_of(verification))


class TestDocument:
    def test_managers_download_it(self, desk):
        verification = with_document(UserFactory())
        response = desk.get(f"{page_of(verification)}document/")
        assert b"".join(response.streaming_content) == PDF
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"].startswith("attachment")
        assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_a_file_that_is_lost_is_not_found(self, desk):
        verification = with_document(UserFactory())
        verification.document.file.storage.delete(verification.document.file.name)
        assert desk.get(f"{page_of(verification)}document/").status_code == 404
        assert desk.get(page_of(verification)).status_code == 200

    def test_no_address_serves_the_private_folder(self, client):
        verification = with_document(UserFactory())
        name = verification.document.file.name
        for address in (f"/media/{name}", f"/media/../private/{name}", f"/private/{name}", f"/static/{name}"):
            assert client.get(address).status_code == 404


def test_an_account_is_closed_with_a_reason(desk):
    user = UserFactory()
    assert desk.post(f"/animation/membres/{user.pk}/fermer/", {"note": ""}).url == QUEUE
    assert User.objects.get(pk=user.pk).is_active
    desk.post(f"/animation/membres/{user.pk}/fermer/", {"note": "Usurpation."})
    assert not User.objects.get(pk=user.pk).is_active
