"""What may be done to accounts, by whom, and what follows from it."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from members import services
from members.access import VISITOR
from members.documents import private_storage
from members.factories import UserFactory, in_state, manager, practising, verified, viewer_of, waiting
from members.models import Practice, Profile, User, Verification, VerificationDocument
from taxonomy.models import Department, Profession, Specialty

pytestmark = pytest.mark.django_db

State = Verification.State
PDF = b"%PDF-1.7\n1 0 obj\n"


def nurse() -> Profession:
    return Profession.objects.get(slug="infirmier")


def pdf(name: str = "carte.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def ask(user: User, **fields) -> Verification:
    defaults = {"profession": nurse(), "message": "Bonjour."}
    return services.verification_request(viewer=viewer_of(user), **(defaults | fields))


def approve(by: User, verification: Verification, method: str = "document", note: str = "") -> Verification:
    return services.verification_approve(
        viewer=viewer_of(by), verification_id=verification.pk, method=method, note=note
    )


def refuse(by: User, verification: Verification, note: str = "Il manque la date.") -> Verification:
    return services.verification_refuse(viewer=viewer_of(by), verification_id=verification.pk, note=note)


def revoke(by: User, verification: Verification, note: str = "Radiation.") -> Verification:
    return services.verification_revoke(viewer=viewer_of(by), verification_id=verification.pk, note=note)


DECISIONS = {approve: State.PENDING, refuse: State.PENDING, revoke: State.VERIFIED}


class TestProfile:
    def test_one_changes_ones_own(self):
        user, other = UserFactory(), UserFactory(first_name="Autre")
        services.profile_update(
            viewer=viewer_of(user), first_name="Léo", last_name="Roux", findable=False, town="Brest"
        )
        user.refresh_from_db()
        assert (user.first_name, user.profile.town, user.profile.findable) == ("Léo", "Brest", False)
        assert User.objects.get(pk=other.pk).first_name == "Autre"

    def test_an_account_made_in_the_admin_gets_its_profile(self):
        user = User.objects.create_user("sans@exemple.test")
        services.language_choose(viewer=viewer_of(user), language="en")
        assert Profile.objects.get(user=user).language == "en"

    @pytest.mark.parametrize(
        "command",
        [
            lambda: services.profile_update(viewer=VISITOR, first_name="x", last_name="y", findable=True),
            lambda: services.language_choose(viewer=VISITOR, language="fr"),
            lambda: services.practice_add(viewer=VISITOR, profession=nurse()),
            lambda: services.practice_remove(viewer=VISITOR, practice_id=1),
            lambda: services.verification_request(viewer=VISITOR, profession=nurse(), message="x"),
            lambda: services.verification_withdraw(viewer=VISITOR, verification_id=1),
        ],
    )
    def test_a_visitor_has_no_account_to_change(self, command):
        with pytest.raises(PermissionDenied):
            command()


class TestPractices:
    def test_several_are_normal(self):
        user = UserFactory()
        physician = Profession.objects.get(slug="medecin")
        viewer = viewer_of(user)
        services.practice_add(viewer=viewer, profession=nurse())
        services.practice_add(
            viewer=viewer,
            profession=physician,
            specialty=Specialty.objects.filter(profession=physician).first(),
            department=Department.objects.get(code="974"),
        )
        assert user.practices.count() == 2

    def test_a_specialty_belongs_to_its_profession(self):
        specialty = Specialty.objects.get(profession__slug="medecin", slug__startswith="cardiologie")
        with pytest.raises(ValidationError) as refusal:
            services.practice_add(viewer=viewer_of(UserFactory()), profession=nurse(), specialty=specialty)
        assert "specialty" in refusal.value.message_dict

    def test_the_same_one_is_held_once(self):
        viewer = viewer_of(UserFactory())
        services.practice_add(viewer=viewer, profession=nurse())
        with pytest.raises(ValidationError):
            services.practice_add(viewer=viewer, profession=nurse())

    def test_the_database_holds_it_once_too(self):
        user = practising(UserFactory(), "infirmier")
        with pytest.raises(IntegrityError), transaction.atomic():
            practising(user, "infirmier")

    def test_an_account_holds_ten(self):
        user = UserFactory()
        for department in Department.objects.all()[: services.MAX_PRACTICES]:
            Practice.objects.create(user=user, profession=nurse(), department=department)
        with pytest.raises(ValidationError):
            services.practice_add(viewer=viewer_of(user), profession=nurse())

    def test_nobody_removes_another_members_practice(self):
        theirs = practising(UserFactory(), "infirmier").practices.get()
        with pytest.raises(PermissionDenied):
            services.practice_remove(viewer=viewer_of(UserFactory()), practice_id=theirs.pk)

    def test_a_waiting_request_goes_with_its_last_practice(self):
        verification = waiting(UserFactory(), "infirmier")
        practice = verification.user.practices.get()
        services.practice_remove(viewer=viewer_of(verification.user), practice_id=practice.pk)
        assert not Verification.objects.exists()

    def test_what_was_verified_stays(self):
        user = verified(UserFactory(), "infirmier")
        services.practice_remove(viewer=viewer_of(user), practice_id=user.practices.get().pk)
        assert viewer_of(user).profession_slugs == ("infirmier",)


class TestAsking:
    def test_it_takes_something_to_check(self):
        with pytest.raises(ValidationError):
            ask(practising(UserFactory(), "infirmier"), message="")

    def test_it_is_for_a_profession_that_one_practises(self):
        with pytest.raises(ValidationError) as refusal:
            ask(practising(UserFactory(), "medecin"))
        assert "profession" in refusal.value.message_dict

    @pytest.mark.parametrize("state", [State.PENDING, State.VERIFIED])
    def test_once_is_enough(self, state):
        verification = in_state(UserFactory(), "infirmier", state)
        with pytest.raises(ValidationError):
            ask(verification.user)
        verification.refresh_from_db()
        assert verification.state == state

    @pytest.mark.parametrize("state", [State.REFUSED, State.REVOKED])
    def test_one_may_ask_again(self, state):
        verification = in_state(UserFactory(), "infirmier", state, note="Illisible.")
        again = ask(verification.user, rpps="10003456789")
        assert again.pk == verification.pk
        assert (again.state, again.note, again.decided_at, again.rpps) == (
            State.PENDING,
            "",
            None,
            "10003456789",
        )

    def test_a_number_has_eleven_digits(self):
        with pytest.raises(ValidationError) as refusal:
            ask(practising(UserFactory(), "infirmier"), rpps="123")
        assert "rpps" in refusal.value.message_dict

    def test_withdrawing_leaves_nothing(self, django_capture_on_commit_callbacks):
        user = practising(UserFactory(), "infirmier")
        verification = ask(user, document=pdf())
        name = verification.document.file.name
        with django_capture_on_commit_callbacks(execute=True):
            services.verification_withdraw(viewer=viewer_of(user), verification_id=verification.pk)
        assert not Verification.objects.exists()
        assert not private_storage().exists(name)

    def test_withdrawing_a_second_request_restores_the_first_answer(self):
        user, by = practising(UserFactory(), "infirmier"), manager()
        refuse(by, ask(user), note="Illisible.")
        again = ask(user, message="Meilleure copie.", document=pdf())
        services.verification_withdraw(viewer=viewer_of(user), verification_id=again.pk)
        again.refresh_from_db()
        assert (again.state, again.note, again.decided_by) == (State.REFUSED, "Illisible.", by)
        assert not VerificationDocument.objects.exists()

    def test_nobody_withdraws_anothers_nor_what_was_decided(self):
        theirs = waiting(UserFactory(), "infirmier")
        decided = in_state(UserFactory(), "infirmier", State.VERIFIED)
        for viewer, verification in ((viewer_of(UserFactory()), theirs), (viewer_of(decided.user), decided)):
            with pytest.raises(PermissionDenied):
                services.verification_withdraw(viewer=viewer, verification_id=verification.pk)


class TestDocuments:
    @pytest.mark.parametrize(
        ("head", "kind"), [(PDF, "pdf"), (b"\xff\xd8\xff\xe0jpeg", "jpg"), (b"\x89PNG\r\n\x1a\n....", "png")]
    )
    def test_the_kind_is_told_from_the_content(self, head, kind):
        verification = ask(practising(UserFactory(), "infirmier"), document=pdf("../../carte.exe", head))
        stored = verification.document
        assert stored.kind == kind
        assert stored.file.name.endswith(f".{kind}")
        assert "carte" not in stored.file.name and ".." not in stored.file.name

    @pytest.mark.parametrize(
        "content", [b"<html><script>", b"MZ\x90", b"", b"%PDF-" + b"x" * (5 * 1024 * 1024), b"GIF89a"]
    )
    def test_anything_else_is_refused(self, content):
        with pytest.raises(ValidationError) as refusal:
            ask(practising(UserFactory(), "infirmier"), document=pdf(content=content or b" "))
        assert "document" in refusal.value.message_dict

    def test_it_lies_outside_of_the_public_folder(self, settings):
        verification = ask(practising(UserFactory(), "infirmier"), document=pdf())
        path = verification.document.file.path
        assert path.startswith(str(settings.DATA_DIR / "private"))
        assert not path.startswith(str(settings.MEDIA_ROOT))

    @pytest.mark.parametrize("decision", [approve, refuse])
    def test_it_is_gone_once_decided(self, decision, django_capture_on_commit_callbacks):
        verification = ask(practising(UserFactory(), "infirmier"), document=pdf())
        name = verification.document.file.name
        assert private_storage().exists(name)
        with django_capture_on_commit_callbacks(execute=True):
            decision(manager(), verification)
        assert not VerificationDocument.objects.exists()
        assert not private_storage().exists(name)

    def test_it_goes_with_the_account(self, django_capture_on_commit_callbacks):
        user = practising(UserFactory(), "infirmier")
        name = ask(user, document=pdf()).document.file.name
        with django_capture_on_commit_callbacks(execute=True):
            user.delete()
        assert not private_storage().exists(name)


class TestDeciding:
    @pytest.mark.parametrize("decision", DECISIONS)
    def test_only_managers_decide(self, decision):
        verification = in_state(UserFactory(), "infirmier", DECISIONS[decision])
        for by in (UserFactory(), verified(UserFactory(), "infirmier"), verification.user):
            with pytest.raises(PermissionDenied):
                decision(by, verification)
        verification.refresh_from_db()
        assert verification.state == DECISIONS[decision]

    @pytest.mark.parametrize("decision", DECISIONS)
    def test_not_about_themselves(self, decision):
        by = manager()
        verification = in_state(by, "infirmier", DECISIONS[decision])
        with pytest.raises(ValidationError):
            decision(by, verification)

    @pytest.mark.parametrize("decision", DECISIONS)
    @pytest.mark.parametrize("state", State)
    def test_each_decision_has_its_state(self, decision, state):
        if state == DECISIONS[decision]:
            return
        verification = in_state(UserFactory(), "infirmier", state)
        with pytest.raises(ValidationError):
            decision(manager(), verification)

    @pytest.mark.parametrize("decision", [refuse, revoke])
    def test_a_refusal_says_why(self, decision):
        verification = in_state(UserFactory(), "infirmier", DECISIONS[decision])
        with pytest.raises(ValidationError) as refusal:
            decision(manager(), verification, note=" \n ")
        assert "note" in refusal.value.message_dict

    def test_an_acceptance_says_how(self):
        with pytest.raises(ValidationError):
            approve(manager(), waiting(UserFactory(), "infirmier"), method="intuition")

    def test_access_follows_at_the_next_request(self):
        verification, by = waiting(UserFactory(), "infirmier"), manager()
        assert not viewer_of(verification.user).is_verified
        approve(by, verification)
        assert viewer_of(verification.user).profession_slugs == ("infirmier",)
        revoke(by, verification)
        assert not viewer_of(verification.user).is_verified

    def test_who_when_and_how_are_kept_through_every_decision(self):
        verification, by = waiting(UserFactory(), "infirmier"), manager()
        refuse(by, verification, note="Illisible.")
        approve(by, ask(verification.user), method="register", note="Rappelée.")
        revoke(by, verification, note="Radiation.")
        kept = verification.decisions.values_list("state", "method", "note", "decided_by")
        assert list(kept) == [
            (State.REVOKED, "", "Radiation.", by.pk),
            (State.VERIFIED, "register", "Rappelée.", by.pk),
            (State.REFUSED, "", "Illisible.", by.pk),
        ]

    def test_there_is_nothing_to_decide_about_an_unknown_request(self):
        with pytest.raises(PermissionDenied):
            services.verification_refuse(viewer=viewer_of(manager()), verification_id=10**30, note="x")


class TestClosing:
    def close(self, by, user, note="Compte usurpé."):
        return services.user_deactivate(viewer=viewer_of(by), user_id=user.pk, note=note)

    def test_a_manager_closes_an_account_and_says_why(self, django_capture_on_commit_callbacks):
        user = verified(UserFactory(), "infirmier")
        with django_capture_on_commit_callbacks(execute=True):
            self.close(manager(), user)
        assert viewer_of(user).tokens == VISITOR.tokens
        assert "Compte usurpé." in mail.outbox[0].body

    def test_others_do_not(self):
        user = UserFactory()
        for by in (UserFactory(), user, verified(UserFactory(), "medecin")):
            with pytest.raises(PermissionDenied):
                self.close(by, user)

    def test_nor_does_a_manager_close_their_own_or_the_staffs(self):
        by = manager()
        for user in (by, manager(), UserFactory(is_superuser=True)):
            with pytest.raises(ValidationError):
                self.close(by, user)

    def test_a_reason_is_needed(self):
        with pytest.raises(ValidationError):
            self.close(manager(), UserFactory(), note=" ")
