"""Mails: what they say and do not say, their headers, their links, and that none is lost or sent twice."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from smtplib import SMTPResponseException
from types import SimpleNamespace

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from community import services
from community.factories import GroupFactory, MemberFactory, MembershipFactory, viewer_of
from members.models import Profile
from notifications import sending
from notifications.links import token_of
from notifications.models import Channel, Mailbox, Notification, Preference
from notifications.reading import mark_read
from notifications.sending import hand_over
from notifications.services import mails_block, mark_all_read
from notifications.telling import mail_due

pytestmark = pytest.mark.django_db

SECRET_WORDS = "zythum"
BODY = f"<p>Le patient {SECRET_WORDS} va mieux.</p>"


@pytest.fixture
def asker():
    return MemberFactory(professions=["infirmier"], first_name="Léa", last_name="Rio")


@pytest.fixture
def colleague():
    return MemberFactory(professions=["medecin"], first_name="Hélène", last_name="Castel")


def question(user, **group):
    group = GroupFactory(**group)
    if not group.is_open:
        MembershipFactory(group=group, user=user)
    return services.thread_create(
        viewer=viewer_of(user), group=group, title="Quel pansement choisir ?", body=BODY
    )


def reply(user, thread):
    if not thread.group.is_open:
        MembershipFactory(group=thread.group, user=user)
    return services.post_create(viewer=viewer_of(user), thread=thread, body=BODY)


def parsed(message: EmailMessage):
    """As a mail client reads it: long headers are folded, and unfolded here."""
    mail = message_from_bytes(message.message().as_bytes(), policy=policy.default)
    for name in ("Subject", "List-Unsubscribe"):
        mail.replace_header(name, mail[name].strip())
    return mail


def parts(message) -> str:
    return "\n".join(part.get_content() for part in message.walk() if not part.is_multipart())


def links(message) -> list[str]:
    return re.findall(r"https?://[^\s\"<>]+", parts(message))


def test_a_mail_says_a_title_at_most_and_how_to_stop(asker, colleague, mails):
    reply(colleague, question(asker))
    [sent] = mails()
    mail = parsed(sent)
    assert mail["Subject"] == "Un collègue a répondu à votre question « Quel pansement choisir ? »"
    assert mail["To"] == asker.email
    text = parts(mail)
    assert SECRET_WORDS not in text and "Castel" not in text and "Hélène" not in text
    assert {part.get_content_type() for part in mail.walk() if not part.is_multipart()} == {
        "text/plain",
        "text/html",
    }
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip("<>") in text
    assert (mail["Auto-Submitted"], mail["Precedence"]) == ("auto-generated", None)
    notification = Notification.objects.get(recipient=asker)
    assert mail["Message-ID"] == f"<notification-{notification.pk}@127.0.0.1>"
    assert mail["References"] == mail["In-Reply-To"]
    assert mail["List-Id"] == "<first_reply.notifications.127.0.0.1>"


@pytest.mark.parametrize("visibility", ["private", "secret"])
def test_a_mail_about_a_closed_group_says_neither_title_nor_name(asker, colleague, mails, visibility):
    thread = question(asker, visibility=visibility)
    reply(colleague, thread)
    [sent] = mails()
    text = parts(parsed(sent)) + sent.subject
    for word in ("pansement", thread.slug, thread.group.name, thread.group.slug, SECRET_WORDS):
        assert word not in text


def test_mails_about_a_thread_stand_together_in_a_mailbox(asker, colleague, mails):
    Preference.objects.create(user=asker, kind="reply", channel=Channel.AT_ONCE)
    thread = question(asker)
    reply(colleague, thread)
    reply(colleague, thread)
    first, second = map(parsed, mails())
    assert first["References"] == second["References"] and first["Message-ID"] != second["Message-ID"]


def test_a_mail_speaks_the_language_of_its_reader(asker, colleague, mails):
    Profile.objects.update_or_create(user=asker, defaults={"language": "en"})
    reply(colleague, question(asker))
    assert mails()[0].subject == "A colleague replied to your question “Quel pansement choisir ?”"


def test_what_was_read_on_the_site_is_not_mailed(asker, colleague, mails, told):
    thread = question(asker)
    reply(colleague, thread)
    told()
    mark_read(viewer_of(asker), subject=f"thread:{thread.pk}")
    assert mails() == []


def test_what_may_no_longer_be_read_is_not_mailed(asker, colleague, mails, told):
    thread = question(asker)
    reply(colleague, thread)
    told()
    type(thread).objects.filter(pk=thread.pk).update(hidden_at=timezone.now())
    assert mails() == []


def test_a_mail_leaves_once(asker, colleague, mails):
    reply(colleague, question(asker))
    assert [len(mails()) for _ in range(3)] == [1, 0, 0]


class Down:
    error: Exception = ConnectionRefusedError()

    def __init__(self, **options):
        pass

    def send_messages(self, messages):
        raise self.error


DOWN = f"{Down.__module__}.Down"


def test_a_mail_waits_for_a_mail_server_that_is_down(asker, colleague, mails, settings, time_machine):
    time_machine.move_to(timezone.now())
    working, settings.MAIL_DELIVERY_BACKEND = settings.MAIL_DELIVERY_BACKEND, DOWN
    reply(colleague, question(asker))
    for _ in range(3):
        assert mails() == []
        time_machine.shift(timedelta(minutes=16))
    settings.MAIL_DELIVERY_BACKEND = working
    assert len(mails()) == 1


def test_a_mail_that_is_refused_for_good_is_given_up(asker, colleague, mails, settings, monkeypatch):
    monkeypatch.setattr(Down, "error", SMTPResponseException(550, b"no such user"))
    settings.MAIL_DELIVERY_BACKEND = DOWN
    reply(colleague, question(asker))
    mails()
    assert Notification.objects.get(recipient=asker).mail_due_at is None


def queued(monkeypatch) -> list[str]:
    """Claims that the task queue holds, which no worker works on."""
    claims: list[str] = []
    task = SimpleNamespace(enqueue=lambda claim: claims.append(claim), func=sending.send_claimed.func)
    monkeypatch.setattr(sending, "send_claimed", task)
    return claims


def test_a_worker_that_is_killed_loses_no_mail(asker, colleague, mails, monkeypatch, time_machine):
    time_machine.move_to(timezone.now())
    reply(colleague, question(asker))

    claims = queued(monkeypatch)
    mails()

    def killed(message):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending, "deliver", killed)
        with pytest.raises(KeyboardInterrupt):
            sending.send_claimed.func(claims.pop())
    monkeypatch.undo()
    assert mails() == []  # somebody may still be at it
    time_machine.shift(sending.LEASE + timedelta(seconds=1))
    assert len(mails()) == 1


def test_an_older_claim_finds_nothing_to_send(asker, colleague, mails, monkeypatch, time_machine, mailoutbox):
    time_machine.move_to(timezone.now())
    claims = queued(monkeypatch)
    reply(colleague, question(asker))
    mails()
    time_machine.shift(sending.LEASE + timedelta(seconds=1))
    hand_over()
    for claim in claims:
        sending.send_claimed.func(claim)
    assert (len(claims), len(mailoutbox)) == (2, 1)


# --- Digests ---


def digest_time(time_machine, days: int = 1) -> None:
    time_machine.shift(timedelta(days=days))


def test_a_daily_mail_holds_what_was_not_read_once(asker, colleague, mails, time_machine):
    time_machine.move_to(timezone.now())
    Preference.objects.create(user=asker, kind="first_reply", channel=Channel.DAILY)
    first, second = question(asker), question(asker)
    for thread in (first, second):
        reply(colleague, thread)
    assert mails() == []
    digest_time(time_machine)
    [sent] = mails()
    mail = parsed(sent)
    assert mail["Subject"].startswith("2 notifications")
    assert parts(mail).count("Un collègue a répondu à votre question") >= 2
    assert SECRET_WORDS not in parts(mail)
    assert mail["List-Id"].startswith("<daily.")
    digest_time(time_machine)
    assert mails() == []


def test_a_digest_is_never_empty(asker, colleague, mails, time_machine, told):
    time_machine.move_to(timezone.now())
    Preference.objects.create(user=asker, kind="first_reply", channel=Channel.WEEKLY)
    reply(colleague, question(asker))
    told()
    mark_all_read(viewer=viewer_of(asker))
    digest_time(time_machine, days=8)
    assert mails() == []


def test_the_hours_of_digests():
    monday = timezone.datetime(2026, 11, 30, 12, tzinfo=timezone.get_current_timezone())
    assert mail_due(Channel.DAILY, monday).isoformat() == "2026-12-01T07:00:00+01:00"
    assert mail_due(Channel.WEEKLY, monday).isoformat() == "2026-12-07T07:00:00+01:00"
    early = monday.replace(hour=6)
    assert mail_due(Channel.DAILY, early) == mail_due(Channel.WEEKLY, early) == early.replace(hour=7)
    assert mail_due(Channel.SITE, monday) is None


# --- Links ---


def test_a_mail_client_stops_a_kind_with_one_post_and_no_cookie(asker, colleague, mails, client):
    thread = question(asker)
    reply(colleague, thread)
    [sent] = mails()
    url = parsed(sent)["List-Unsubscribe"].strip("<>")
    client.handler.enforce_csrf_checks = True
    answer = client.post(url, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    reply(colleague, question(asker))
    assert mails() == []
    assert Preference.objects.get(user=asker).kind == "first_reply"


def test_reading_a_link_changes_nothing(asker, client):
    mailbox = Mailbox.objects.create(user=asker)
    url = f"/compte/notifications/choix/{token_of(mailbox, 'reply')}/"
    page = client.get(url)
    assert page.status_code == 200 and asker.email not in page.content.decode()
    assert not Preference.objects.exists()
    client.post(url, {"channel": Channel.WEEKLY})
    assert Preference.objects.get(user=asker).channel == Channel.WEEKLY
    assert client.post(url, {"channel": "nowhere"}).status_code == 200
    assert Preference.objects.get(user=asker).channel == Channel.WEEKLY


def test_a_link_is_narrow_and_revocable(asker, client, client_of):
    mailbox = Mailbox.objects.create(user=asker)
    token = token_of(mailbox, "reply")
    for forged in (token.replace("reply", "asked"), token[:-1] + "x", f"1{token}", "x", "é.é.é", "9" * 40):
        assert client.get(f"/compte/notifications/choix/{forged}/").status_code == 404
    assert client.get(f"/compte/notifications/choix/{token}/").status_code == 200
    client_of(asker).post("/compte/notifications/courriels/", {"action": "renew"})
    assert client.get(f"/compte/notifications/choix/{token}/").status_code == 404


def test_stopping_the_daily_mail_stops_what_comes_in_it(asker, colleague, mails, client, time_machine):
    time_machine.move_to(timezone.now())
    thread = question(asker)
    reply(colleague, thread)
    reply(colleague, thread)
    mails()
    digest_time(time_machine)
    [sent] = mails()
    client.post(parsed(sent)["List-Unsubscribe"].strip("<>"))
    reply(colleague, thread)
    digest_time(time_machine)
    assert mails() == []


def test_no_mail_goes_to_an_address_that_bounces_until_its_owner_asks(asker, colleague, mails, client_of):
    mails_block(address=asker.email.upper(), why="bounce")
    reply(colleague, question(asker))
    assert mails() == []
    client = client_of(asker)
    assert "nous sont revenus" in client.get("/compte/notifications/reglages/").content.decode()
    client.post("/compte/notifications/courriels/", {"action": "resume"})
    reply(colleague, question(asker))
    assert len(mails()) == 1
