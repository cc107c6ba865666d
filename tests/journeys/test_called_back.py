"""A question to pharmacists calls one back, the reply calls back who asked; a mail client stops the mails."""

import re
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from community.factories import GroupFactory, MembershipFactory, viewer_of
from community.services import thread_create
from members.factories import UserFactory, verified
from notifications.models import Channel, Notification, Preference
from notifications.sending import hand_over
from notifications.telling import tell_waiting
from taxonomy.models import Profession

from .world import new_nurse


def bell(page: Page):
    return page.get_by_role("banner").get_by_role("link", name=re.compile("^Notifications"))


@pytest.fixture
def people(portal):
    nurse = new_nurse(first_name="Solène")
    pharmacist = verified(UserFactory(first_name="Anne"), "pharmacien")
    group = GroupFactory(professions=["infirmier", "pharmacien"])
    for user in (nurse, pharmacist):
        MembershipFactory(group=group, user=user)
    Preference.objects.create(user=pharmacist, kind="asked", channel=Channel.DAILY)
    return nurse, pharmacist, group


def test_a_question_its_answer_and_the_mails(page_of, people, portal):
    nurse, pharmacist, group = people
    thread_create(
        viewer=viewer_of(nurse),
        group=group,
        title="Quelle forme buvable proposer ?",
        body="<p>Le comprimé ne s’écrase pas.</p>",
        asked=[Profession.objects.get(slug="pharmacien")],
    )
    tell_waiting()

    page = page_of(pharmacist)
    page.goto("/")
    expect(bell(page)).to_have_attribute("data-unread-count", "1")
    bell(page).press("Enter")
    told = page.locator("li[data-notification='asked'][data-unread]")
    expect(told).to_contain_text("Quelle forme buvable proposer ?")
    told.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quelle forme buvable proposer ?")
    expect(bell(page)).to_have_attribute("data-unread-count", "0")
    page.get_by_label("Votre réponse").fill("Des granules, à demander au prescripteur.")
    page.get_by_role("button", name="Répondre").click()
    expect(page.locator(".post", has_text="Des granules")).to_be_visible()
    expect(page.get_by_label("Me signaler")).to_have_value("followed")
    tell_waiting()

    asking = page_of(nurse)
    asking.goto("/")
    expect(bell(asking)).to_have_attribute("data-unread-count", "1")
    bell(asking).click()
    asking.locator("li[data-notification='first_reply']").get_by_role("link").click()
    answer = asking.locator(".post", has_text="Des granules")
    answer.get_by_role("button", name="Retenir cette réponse").click()
    tell_waiting()
    page.goto("/compte/notifications/")
    expect(page.locator("li[data-notification='accepted'][data-unread]")).to_have_count(1)

    url = portal.address + urlsplit(digest_of(pharmacist)).path
    one_click = urlencode({"List-Unsubscribe": "One-Click"}).encode()
    with urlopen(Request(url, data=one_click)) as answered:  # as a mail client does: no cookies
        assert answered.status == 200
    assert Preference.objects.get(user=pharmacist, kind="accepted").channel == Channel.SITE


def digest_of(user) -> str:
    """Lets the daily mail leave with what is unread; the URL that stops it."""
    waiting = Notification.objects.filter(recipient=user, read_at=None)
    waiting.update(channel=Channel.DAILY, mail_due_at=timezone.now())
    Preference.objects.create(user=user, kind="accepted", channel=Channel.DAILY)
    mail.outbox.clear()
    hand_over()
    [sent] = [message for message in mail.outbox if message.to == [user.email]]
    assert "Quelle forme buvable proposer" in sent.body and "granules" not in sent.body
    return sent.extra_headers["List-Unsubscribe"].strip("<>")
