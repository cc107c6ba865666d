"""What becomes of a verification is told to its member; what waits, to the managers."""

import pytest
from django.db import transaction

from members import services
from members.factories import UserFactory, in_state, manager, viewer_of, waiting
from members.models import Profile, Verification
from notifications.models import Event
from notifications.reading import unread_count

pytestmark = pytest.mark.django_db

State = Verification.State
DECISIONS = {
    "approve": (State.PENDING, services.verification_approve, {"method": "document"}),
    "refuse": (State.PENDING, services.verification_refuse, {"note": "Illisible."}),
    "revoke": (State.VERIFIED, services.verification_revoke, {"note": "Illisible."}),
}


def decide(decision: str, **fields) -> Verification:
    before, command, defaults = DECISIONS[decision]
    verification = in_state(UserFactory(), "infirmier", before, rpps="10003456789", message="Secret.")
    command(viewer=viewer_of(manager()), verification_id=verification.pk, **(defaults | fields))
    return verification


@pytest.mark.parametrize(
    ("decision", "subject"),
    [
        ("approve", "Votre profession est vérifiée : la communauté vous est ouverte."),
        (
            "refuse",
            "Il manque quelque chose à votre vérification : vous pouvez la redemander depuis votre compte.",
        ),
        (
            "revoke",
            "Votre vérification a été retirée : la communauté vous est fermée pour le moment.",
        ),
    ],
)
def test_the_member_is_told_without_anything_that_only_they_should_read(mails, decision, subject):
    verification = decide(decision)
    [message] = mails()
    assert (message.to, message.subject) == ([verification.user.email], subject)
    for text in (message.body, message.alternatives[0][0]):
        assert "/compte/" in text
        assert "10003456789" not in text and "Secret" not in text and "nfirmier" not in text


@pytest.mark.parametrize("decision", ["refuse", "revoke"])
def test_the_reason_is_told_and_escaped(mails, decision):
    decide(decision, note="<script>alert(1)</script> & la date")
    [message] = mails()
    assert "<script>alert(1)</script> & la date" in message.body
    assert "<script>" not in message.alternatives[0][0]


def test_what_the_managers_note_for_themselves_is_not(mails):
    decide("approve", note="Carte vue.")
    assert "Carte vue" not in mails()[0].body


def test_it_speaks_the_members_language(mails):
    verification = waiting(UserFactory(), "infirmier")
    Profile.objects.filter(user=verification.user).update(language="en")
    services.verification_approve(
        viewer=viewer_of(manager()), verification_id=verification.pk, method="document"
    )
    assert mails()[0].subject.startswith("Your profession is verified")


def test_nothing_is_told_when_the_decision_is_rolled_back():
    with pytest.raises(RuntimeError), transaction.atomic():
        decide("approve")
        raise RuntimeError
    assert not Event.objects.exists()


def test_a_request_waits_for_the_managers_until_somebody_decides(told):
    by, member = manager(), UserFactory()
    in_state(member, "infirmier", State.REFUSED)
    profession = member.practices.get().profession
    asked = services.verification_request(viewer=viewer_of(member), profession=profession, message="Voici.")
    assert told() == {(by.email, "verification_waits")}
    assert unread_count(viewer_of(by)) == 1
    services.verification_approve(viewer=viewer_of(by), verification_id=asked.pk, method="document")
    assert unread_count(viewer_of(by)) == 0
