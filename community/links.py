"""Links of editors' pages to the community: for those who read what they lead to (`home.links`)."""

from django.urls import ResolverMatch

from home.links import register_link_check
from members.access import Viewer

from .models import Group, Thread


@register_link_check(
    "community_group",
    "community_group_edit",
    "community_membership",
    "community_members",
    "community_member",
    "community_thread_new",
)
def sees_group(match: ResolverMatch, viewer: Viewer) -> bool:
    return Group.objects.visible_to(viewer).filter(slug=match.kwargs["slug"]).exists()


@register_link_check(
    "community_thread", "community_thread_edit", "community_thread_moderate", "community_thread_unaccept"
)
def opens_thread(match: ResolverMatch, viewer: Viewer) -> bool:
    """The slug of a thread is its title. Its id says which it is, whatever group stands before it."""
    group = Group.objects.visible_to(viewer).filter(slug=match.kwargs["group"])
    return group.exists() and Thread.objects.visible_to(viewer).filter(pk=match.kwargs["pk"]).exists()
