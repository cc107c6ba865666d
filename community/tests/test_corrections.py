"""Two people correct the same thing: nothing is lost unseen."""

import re
from html import unescape

import pytest
from django.urls import reverse

from community.factories import GroupFactory, MembershipFactory, ThreadFactory
from community.models import Post

pytestmark = pytest.mark.django_db
SOMEBODY = "Quelqu’un a modifié"


def opened(client, address: str) -> dict[str, str]:
    """The form of a page, as a browser would send it untouched."""
    page = client.get(address).content.decode()
    return {"seen": re.search(r'name="seen" value="(\w+)"', page)[1]}


class TestCorrections:
    def test_of_a_message_in_two_windows(self, sign_in, nurse):
        post = ThreadFactory(author=nurse).posts.get()
        client, address = sign_in(nurse), reverse("community_post_edit", args=[post.pk])
        first, second = opened(client, address), opened(client, address)
        assert client.post(address, first | {"body": "La première."}).status_code == 302
        refused = client.post(address, second | {"body": "La seconde."})
        page = unescape(refused.content.decode())
        assert refused.status_code == 422 and SOMEBODY in page and "La seconde." in page
        assert Post.objects.get(pk=post.pk).text == "La première."
        again = {"seen": refused.context["seen"], "body": "La seconde."}
        assert client.post(address, again).status_code == 302
        assert Post.objects.get(pk=post.pk).text == "La seconde."

    def test_of_a_title_by_its_author_and_a_manager(self, sign_in, nurse, manager):
        thread = ThreadFactory(author=nurse)
        address = reverse("community_thread_edit", args=[thread.group.slug, thread.pk, thread.slug])
        author, desk = sign_in(nurse), sign_in(manager)
        first, second = opened(author, address), opened(desk, address)
        author.post(address, first | {"title": "Le titre de l’auteur"})
        refused = desk.post(address, second | {"title": "Le titre de l’équipe"})
        assert refused.status_code == 422 and SOMEBODY in unescape(refused.content.decode())
        thread.refresh_from_db()
        assert thread.title == "Le titre de l’auteur"

    def test_of_a_group_by_two_leaders(self, sign_in):
        group = GroupFactory()
        leaders = [sign_in(MembershipFactory(group=group, role="leader").user) for _number in range(2)]
        address = reverse("community_group_edit", args=[group.slug])
        forms = [opened(leader, address) | {"name": group.name} for leader in leaders]
        assert leaders[0].post(address, forms[0] | {"description": "Une"}).status_code == 302
        assert leaders[1].post(address, forms[1] | {"description": "Autre"}).status_code == 422
        group.refresh_from_db()
        assert group.description == "Une"

    def test_the_same_form_sent_twice_is_taken_twice(self, sign_in, nurse):
        post = ThreadFactory(author=nurse).posts.get()
        client, address = sign_in(nurse), reverse("community_post_edit", args=[post.pk])
        sent = opened(client, address) | {"body": "Une fois."}
        assert [client.post(address, sent).status_code for _number in range(2)] == [302, 302]
