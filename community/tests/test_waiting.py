"""Questions that wait: for the opinion of a profession, or for any reply."""

import pytest
from django.utils import timezone

from community.counters import refresh_counters
from community.factories import GroupFactory, MemberFactory, PostFactory, ThreadFactory, viewer_of
from community.models import Thread
from community.search_index import ThreadSource
from community.waiting import MOST_OF_ONE_GROUP, unanswered_by_anybody, waiting_for, waiting_query
from taxonomy.models import Profession

pytestmark = pytest.mark.django_db


@pytest.fixture
def pharmacist():
    return MemberFactory(professions=["pharmacien"])


def question(*asked: str, **kwargs) -> Thread:
    return ThreadFactory(asked=asked, **kwargs)


def answer(thread, user, profession: str, **kwargs):
    last = thread.posts.latest("position").position
    profession = Profession.objects.get(slug=profession)
    PostFactory(thread=thread, author=user, profession=profession, position=last + 1, **kwargs)
    refresh_counters([thread.pk])


def waits(user) -> list[Thread]:
    return waiting_for(viewer_of(user))


def awaiting_in_index(thread) -> tuple[str, ...]:
    (document,) = ThreadSource().documents([thread.pk])
    return document.facets["awaiting"]


def test_a_question_waits_until_a_colleague_of_the_asked_profession_replies(pharmacist, physician, nurse):
    thread = question("pharmacien")
    assert waits(pharmacist) == [thread] and waits(physician) == waits(nurse) == []
    answer(thread, physician, "medecin")
    assert waits(pharmacist) == [thread]
    assert awaiting_in_index(thread) == ("pharmacien",)
    answer(thread, MemberFactory(professions=["pharmacien"]), "pharmacien")
    assert waits(pharmacist) == []
    assert awaiting_in_index(thread) == ()


def test_each_asked_profession_has_its_own_queue(pharmacist, nurse):
    thread = question("pharmacien", "infirmier")
    answer(thread, nurse, "infirmier")
    assert waits(nurse) == [] and waits(pharmacist) == [thread]
    both = MemberFactory(professions=["infirmier", "pharmacien"])
    assert waits(both) == [thread]


def test_replies_of_its_author_and_those_that_are_hidden_do_not_count(pharmacist):
    thread = question("pharmacien", author=MemberFactory(professions=["pharmacien"]))
    answer(thread, thread.author, "pharmacien")
    answer(thread, MemberFactory(), "pharmacien", hidden_at=timezone.now())
    assert waits(pharmacist) == [thread]
    assert awaiting_in_index(thread) == ("pharmacien",)


def test_ones_own_question_and_those_asked_of_nobody_are_not_there(pharmacist):
    question("pharmacien", author=pharmacist)
    question()
    assert waits(pharmacist) == []


def test_closed_and_solved_questions_wait_no_longer(pharmacist):
    closed, solved = question("pharmacien"), question("pharmacien", replies=1)
    Thread.objects.filter(pk=closed.pk).update(locked=True)
    Thread.objects.filter(pk=solved.pk).update(accepted_post=solved.posts.last())
    assert waits(pharmacist) == []
    assert awaiting_in_index(closed) == awaiting_in_index(solved) == ()


def test_only_what_one_may_read_waits(pharmacist):
    for visibility in ("private", "secret"):
        question("pharmacien", group=GroupFactory(visibility=visibility))
    question("pharmacien", group=GroupFactory(professions=["medecin"]))
    question("pharmacien", hidden_at=timezone.now())
    assert waits(pharmacist) == []


def test_the_whole_list_is_a_filter_of_the_list_of_threads(pharmacist):
    assert waiting_query(viewer_of(pharmacist)) == "profession=toutes&attend=pharmacien"


def test_without_a_reply_are_questions_asked_of_nobody_few_of_one_author(pharmacist, nurse):
    others = [question(author=MemberFactory(professions=["infirmier"])) for _ in range(2)]
    promoted = [question(author=nurse) for _ in range(12)]
    question("medecin"), question(replies=1), question(author=pharmacist)
    assert unanswered_by_anybody(viewer_of(pharmacist), 8) == [promoted[-1], *reversed(others)]


def test_without_a_reply_are_few_of_one_group(pharmacist):
    group = GroupFactory()
    quiet = question(author=MemberFactory())
    busy = [question(author=MemberFactory(), group=group) for _ in range(MOST_OF_ONE_GROUP + 3)]
    shown = unanswered_by_anybody(viewer_of(pharmacist), 8)
    assert shown == [*reversed(busy[-MOST_OF_ONE_GROUP:]), quiet]
    assert unanswered_by_anybody(viewer_of(pharmacist), 1) == shown[:1]


def test_home_and_the_community_show_both_lists(pharmacist, sign_in, site):
    asked, free = question("pharmacien"), question()
    for url in ("/", "/communaute/"):
        page = sign_in(pharmacist).get(url).content.decode()
        _before, waiting = page.split('id="avis"', 1)
        waiting, unanswered = waiting.split('id="sans-reponse"', 1)
        assert asked.title in waiting and free.title not in waiting
        assert free.title in unanswered.split("</section>")[0]
        assert "attend=pharmacien" in waiting and "reponses=sans" in unanswered
