"""Mails about saved searches and « En bref »: why each item is there, never empty, never twice."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from alerts import mails as alerts
from alerts import services
from alerts.models import SavedSearch
from briefing import mails as briefs
from briefing.models import BriefIssue
from community.factories import GroupFactory, MemberFactory, MembershipFactory, ThreadFactory, viewer_of
from community.models import Membership
from jobs.factories import JobPageFactory
from members.models import Profile
from news.factories import NewsPageFactory
from notifications.models import Channel, Preference
from notifications.services import links_renew

from .conftest import index_everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture
def nurse():
    return MemberFactory(professions=["infirmier"])


def save(user, query="type=job&profession=toutes", name="Mes offres", frequency="daily") -> SavedSearch:
    return services.saved_search_create(viewer=viewer_of(user), name=name, query=query, frequency=frequency)


def tomorrow(days: int = 1) -> datetime:
    return timezone.now() + timedelta(days=days)


def sent_on(day: datetime) -> list:
    mail.outbox.clear()
    with time_machine.travel(day):
        alerts.send_due()
    return list(mail.outbox)


def ask_for_brief(user, channel: str = Channel.DAILY) -> None:
    Preference.objects.update_or_create(user=user, kind="brief", defaults={"channel": channel})


# --- Saved searches ---


def test_a_mail_says_what_is_new_and_why(nurse):
    save(nurse)
    JobPageFactory(title="Poste en cardiologie")
    index_everything()
    (message,) = sent_on(tomorrow())
    assert message.to == [nurse.email]
    assert "Poste en cardiologie (H/F)" in message.body
    assert "Mes offres (parce que cela correspond à\N{NO-BREAK SPACE}: Offres d’emploi)" in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "1 nouveau résultat" in message.subject


def test_nothing_is_told_twice_and_nothing_new_is_no_mail(nurse):
    save(nurse)
    JobPageFactory(title="Poste")
    index_everything()
    assert len(sent_on(tomorrow())) == 1
    assert sent_on(tomorrow()) == sent_on(tomorrow(2)) == []
    JobPageFactory(title="Autre poste")
    index_everything()
    (message,) = sent_on(tomorrow(3))
    assert "Autre poste" in message.body and "– Poste (H/F)" not in message.body


def test_one_mail_holds_all_searches_of_the_day(nurse):
    save(nurse), save(nurse, "type=news&profession=toutes", name="Actualités")
    JobPageFactory(title="Poste"), NewsPageFactory(title="Nouvelle")
    index_everything()
    (message,) = sent_on(tomorrow())
    assert "Poste (H/F)" in message.body and "Nouvelle" in message.body


def test_weekly_mails_come_on_mondays_and_never_ones_do_not(nurse):
    save(nurse, frequency="weekly"), save(nurse, "type=news", frequency="never")
    JobPageFactory(title="Poste"), NewsPageFactory(title="Nouvelle")
    index_everything()
    days = [tomorrow(number) for number in range(1, 9)]
    mondays = [day for day in days if sent_on(day.replace(hour=12))]
    assert [day.weekday() for day in mondays] == [0]


def test_a_mail_names_no_thread_of_a_private_group(nurse):
    group = MembershipFactory(user=nurse, group=GroupFactory(visibility="private")).group
    save(nurse, "type=thread&profession=toutes", name="Discussions")
    thread = ThreadFactory(group=group, title="Ce que seuls les membres lisent")
    index_everything()
    (message,) = sent_on(tomorrow())
    whole = message.message().as_string()
    assert "Une discussion d’un groupe privé" in message.body
    assert thread.title not in whole and group.name not in whole


def test_what_may_not_be_read_any_more_is_not_told(nurse):
    membership = MembershipFactory(user=nurse, group=GroupFactory(visibility="private"))
    save(nurse, "type=thread&profession=toutes", name="Discussions")
    ThreadFactory(group=membership.group)
    index_everything()
    membership.state = Membership.State.REMOVED
    membership.save()
    assert sent_on(tomorrow()) == []


def test_a_search_is_stopped_and_changed_without_signing_in(nurse, client):
    saved = save(nurse)
    JobPageFactory(title="Poste")
    index_everything()
    (message,) = sent_on(tomorrow())
    url = re.search(r"https?://[^/\s]+(/compte/recherches/lien/\S+)", message.body)[1]
    page = client.get(url).content.decode()
    assert "Mes offres" in page and nurse.email not in page
    client.post(url, {"name": "Autre nom", "frequency": "weekly"})
    saved.refresh_from_db()
    assert (saved.name, saved.frequency) == ("Autre nom", "weekly")
    client.post(url)
    saved.refresh_from_db()
    assert saved.frequency == "never"
    links_renew(user_id=nurse.pk)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("change", [lambda url: url[:-2] + "x/", lambda url: url.replace("-", "-9", 1)])
def test_a_forged_link_opens_nothing(nurse, client, change):
    save(nurse)
    JobPageFactory(title="Poste")
    index_everything()
    (message,) = sent_on(tomorrow())
    url = re.search(r"https?://[^/\s]+(/compte/recherches/lien/\S+)", message.body)[1]
    assert client.get(change(url)).status_code == 404


def test_one_click_stops_all_of_them(nurse, client):
    save(nurse)
    JobPageFactory(title="Poste")
    index_everything()
    (message,) = sent_on(tomorrow())
    url = message.extra_headers["List-Unsubscribe"].strip("<>")
    client.post(re.sub(r"^https?://[^/]+", "", url), {"List-Unsubscribe": "One-Click"})
    JobPageFactory(title="Un autre")
    index_everything()
    assert sent_on(tomorrow(2)) == []


def test_mails_come_in_the_language_of_their_reader(nurse):
    Profile.objects.update_or_create(user=nurse, defaults={"language": "en"})
    save(nurse)
    JobPageFactory(title="Poste")
    index_everything()
    (message,) = sent_on(tomorrow())
    assert "1 new result" in message.subject and "because it matches" in message.body


# --- « En bref » ---


def brief_on(day: datetime) -> list:
    mail.outbox.clear()
    with time_machine.travel(day):
        briefs.send_due()
    return list(mail.outbox)


def test_the_brief_goes_to_those_who_asked_for_it_once(nurse):
    NewsPageFactory(title="Nouvelle du jour")
    assert brief_on(tomorrow()) == []
    ask_for_brief(nurse)
    (message,) = brief_on(tomorrow())
    assert "Nouvelle du jour – parce que" in message.body
    assert brief_on(tomorrow()) == brief_on(tomorrow(2)) == []


def test_what_was_read_on_the_page_is_not_mailed(nurse, client_of):
    NewsPageFactory(title="Nouvelle du jour")
    ask_for_brief(nurse)
    day = tomorrow().replace(hour=12)
    with time_machine.travel(day):
        client_of(nurse).get("/bref/")
    assert brief_on(day) == []
    assert BriefIssue.objects.get().read_at is not None


def test_an_empty_brief_is_not_mailed_and_the_page_may_still_have_one(nurse, client_of):
    ask_for_brief(nurse)
    day = tomorrow().replace(hour=12)
    assert brief_on(day) == []
    with time_machine.travel(day):
        NewsPageFactory(title="Plus tard le même jour")
        assert "Plus tard le même jour" in client_of(nurse).get("/bref/").content.decode()


def test_the_weekly_brief_comes_on_mondays(nurse):
    ask_for_brief(nurse, Channel.WEEKLY)
    NewsPageFactory(title="Nouvelle de la semaine")
    days = [tomorrow(number).replace(hour=12) for number in range(1, 9)]
    assert [day.weekday() for day in days if brief_on(day)] == [0]


def test_the_brief_says_no_word_of_a_private_group(nurse):
    group = MembershipFactory(user=nurse, group=GroupFactory(visibility="private")).group
    thread = ThreadFactory(group=group, asked=["infirmier"], title="Ce que seuls les membres lisent")
    ask_for_brief(nurse)
    (message,) = brief_on(tomorrow())
    whole = message.message().as_string()
    assert "Une discussion d’un groupe privé" in message.body
    assert thread.title not in whole and group.name not in whole
