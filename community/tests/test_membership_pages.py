"""Joining, inviting, leaving and looking after a group, as people meet it on pages."""

import re

import pytest
from django.urls import reverse

from community.factories import (
    GroupFactory,
    MemberFactory,
    MembershipFactory,
    make_manager,
)
from community.models import Group, Invitation, Membership
from community.views import home, memberships

pytestmark = pytest.mark.django_db


def test_joining_asking_inviting_and_leaving(sign_in, nurse, physician):
    opened = GroupFactory()
    client = sign_in(nurse)
    client.post(reverse("community_membership", args=[opened.slug]), {"action": "join"})
    assert Membership.objects.get(group=opened, user=nurse).state == "member"
    client.post(reverse("community_membership", args=[opened.slug]), {"action": "leave"})
    assert not Membership.objects.filter(group=opened).exists()

    leader = MembershipFactory(role="leader", group__visibility="private")
    group, leads = leader.group, sign_in(leader.user)
    client.post(
        reverse("community_membership", args=[group.slug]), {"action": "request", "message": "Bonjour"}
    )
    members = reverse("community_members", args=[group.slug])
    assert "Bonjour" in leads.get(members).content.decode()
    asked = Membership.objects.get(group=group, user=nurse)
    leads.post(reverse("community_member", args=[group.slug, asked.pk]), {"action": "approve"})
    assert client.get(group.get_absolute_url()).context["permissions"].can_read

    leads.post(members, {"email": physician.email})
    invited = Membership.objects.get(group=group, user=physician)
    assert group.name in sign_in(physician).get("/communaute/").content.decode()
    sign_in(physician).post(reverse("community_invitation", args=[invited.pk]), {"action": "accept"})
    invited.refresh_from_db()
    assert invited.state == "member"


def test_inviting_does_not_tell_who_has_an_account(sign_in, nurse, physician):
    emails = {
        "meant": nurse.email.upper(),
        "of another profession": physician.email,
        "not verified": MemberFactory().email,
        "nobody's": "personne@exemple.test",
    }
    answers = {}
    for whose, email in emails.items():
        leader = MembershipFactory(role="leader", group__visibility="private", user__first_name="Anne")
        group = leader.group
        group.professions.set(nurse.verifications.values_list("profession_id", flat=True))
        client, url = sign_in(leader.user), reverse("community_members", args=[group.slug])
        invited = client.post(url, {"email": email}, follow=True).content.decode()
        assert invited.lower().count(email.lower()) == 3
        invitation = Invitation.objects.get(group=group)
        withdrawn = client.post(url, {"withdraw": invitation.pk}, follow=True).content.decode()
        own = {email: "…", email.lower(): "…", group.name: "…", group.slug: "…"}
        for said in own:
            invited, withdrawn = invited.replace(said, "…"), withdrawn.replace(said, "…")
        answers[whose] = [re.sub(r'\d+|value="[^"]{40,}"|Nom\d+', "", page) for page in (invited, withdrawn)]
        answers[whose] = [page.replace(leader.user.email, "") for page in answers[whose]]
        assert not Membership.objects.filter(group=group, state="invited").exists()
    for whose, answer in answers.items():
        assert answer == answers["nobody's"], whose


def test_an_invitation_is_listed_until_it_is_accepted(sign_in, nurse):
    leader = MembershipFactory(role="leader", group__visibility="private")
    client, url = sign_in(leader.user), reverse("community_members", args=[leader.group.slug])
    for answer, listed in (("decline", 1), ("accept", 0)):
        client.post(url, {"email": nurse.email})
        pk = Membership.objects.get(group=leader.group, user=nurse).pk
        sign_in(nurse).post(reverse("community_invitation", args=[pk]), {"action": answer})
        assert len(client.get(url).context["invited"]) == listed
    other = MembershipFactory(role="leader", group=leader.group).user
    client.post(url, {"email": "personne@exemple.test"})
    assert not sign_in(other).get(url).context["invited"], "an address is for who typed it"


def test_groups_and_invitations_of_many_come_in_pages(sign_in, nurse, monkeypatch):
    monkeypatch.setattr(home, "GROUPS_PER_PAGE", 2)
    monkeypatch.setattr(home, "INVITATIONS_PER_PAGE", 1)
    others = [GroupFactory(name=f"Autre groupe {number}") for number in "123"]
    mine = [MembershipFactory(user=nurse, group__name=f"Mon groupe {number}").group for number in "123"]
    for number in "12":
        MembershipFactory(
            user=nurse, group__name=f"Invitation {number}", group__visibility="secret", state="invited"
        )
    reader = sign_in(nurse)

    def names(query: str = "") -> set[str]:
        page = reader.get(f"/communaute/{query}").content.decode()
        return set(re.findall(r"(?:Autre groupe|Mon groupe|Invitation) \d", page))

    assert names() == {mine[0].name, mine[1].name, others[0].name, others[1].name, "Invitation 2"}
    assert names("?groupes=2&autres=2&invitations=2") == {mine[2].name, others[2].name, "Invitation 1"}
    assert names("?groupes=99&autres=x&invitations=-1") == {
        mine[2].name,
        others[0].name,
        others[1].name,
        "Invitation 2",
    }
    assert 'href="?autres=2#autres-groupes"' in reader.get("/communaute/").content.decode()


def test_requests_and_invitations_of_a_group_come_in_pages(sign_in, monkeypatch):
    monkeypatch.setattr(memberships, "WAITING_PER_PAGE", 2)
    leader = MembershipFactory(role="leader", group__visibility="private")
    for number in range(3):
        MembershipFactory(group=leader.group, state="requested", message=f"Demande {number}")
        Invitation.objects.create(
            group=leader.group, email=f"invite{number}@exemple.test", invited_by=leader.user
        )
    reader = sign_in(leader.user)

    def shown(query: str = "") -> set[str]:
        page = reader.get(reverse("community_members", args=[leader.group.slug]) + query).content.decode()
        return set(re.findall(r"Demande \d|invite\d", page))

    assert shown() == {"Demande 0", "Demande 1", "invite0", "invite1"}
    assert shown("?demandes=2") == {"Demande 2", "invite0", "invite1"}
    assert shown("?invites=2") == {"Demande 0", "Demande 1", "invite2"}


def test_a_manager_creates_a_group_with_its_leader(sign_in, nurse):
    client = sign_in(make_manager(MemberFactory()))
    url = reverse("animation_group_new")
    data = {"name": "Diabète", "visibility": "secret", "leaders": nurse.email, "rules": "- Un\n- Deux"}
    assert client.post(url, data | {"leaders": "personne@exemple.test"}).status_code == 422
    response = client.post(url, data)
    assert response["Location"] == reverse("animation_groups")
    group = Group.objects.get()
    assert group.rules == "<ul><li>Un</li><li>Deux</li></ul>"
    edit = sign_in(nurse).get(reverse("community_group_edit", args=[group.slug]))
    assert "- Un" in edit.content.decode()
