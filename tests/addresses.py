"""Every address of the portal with examples of each, for tests that must forget none (Wagtail's admin apart).

A new URL pattern or page type that is not entered here fails `test_no_address_is_forgotten`.
"""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from alerts.models import SavedSearch
from home.base import portal_page_models

from .leaks.world import World

Paths = list[str]
GROUPS = ("open", "private")
# Wagtail's own, which the portal's pages never lead to; and pages, which `pages` lists by type.
LEFT_OUT = {
    "wagtaildocs_authenticate_with_password",
    "wagtail_serve",
}
FIXED = (
    "sitemap",
    "robots",
    "brand_css",
    "set_language",
    "account_home",
    "account_welcome",
    "account_profile",
    "account_specialties",
    "account_practice_add",
    "account_language",
    "account_verification",
    "account_login",
    "account_confirm_login_code",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_reauthenticate",
    "account_email",
    "account_email_verification_sent",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "notifications",
    "notifications_read",
    "notification_count",
    "notification_settings",
    "notification_mails",
    "subscriptions",
    "verification_queue",
    "brief",
    "saved_searches",
    "saved_search_new",
    "community_home",
    "community_message_preview",
    "community_threads",
    "animation",
    "animation_groups",
    "animation_group_new",
    "animation_themes",
    "search",
    "search_suggestions",
    "search_towns",
    "list_feed",
    "list_calendar",
)


def addresses(world: World) -> dict[str, Paths]:
    """URL name (or « healthz », « page:news »…) → paths that exist."""
    found = {"healthz": ["/healthz"], "readyz": ["/readyz"]}
    found |= {name: [reverse(name)] for name in FIXED}
    found |= {name: [reverse(name, args=args) for args in many] for name, many in _with_arguments(world)}
    return found | pages(world)


def _with_arguments(world: World) -> Iterator[tuple[str, list[list[Any]]]]:
    document: Any = world.documents["public"]
    image: Any = world.images["public"]
    yield "wagtaildocs_serve", [[document.pk, document.filename]]
    yield "media", [[image.get_rendition("width-120").file.name]]
    yield "account_practice_remove", [[1]]
    asked = world.verifications["unverified"].pk
    yield "account_withdraw", [[asked]]
    yield "verification_decide", [[asked], [world.verifications["nurse"].pk]]
    yield "verification_document", [[asked]]
    for name in ("saved_search", "saved_search_delete"):
        yield name, [[SavedSearch.objects.filter(user=world.people["member"])[0].pk]]
    yield "member_close", [[_person(world, "unverified")]]
    yield "account_confirm_email", [["MQ:abc"]]
    yield "notification_open", [[1]]
    yield "notification_choice", [["1.reply.abc"]]
    yield "saved_search_by_link", [["1.saved_search-1.abc"]]
    yield "account_reset_password_from_key", [["1", "set-password"]]
    yield from _community(world)


def _community(world: World) -> Iterator[tuple[str, list[list[Any]]]]:
    groups = [world.groups[name] for name in GROUPS]
    for name in ("group", "group_edit", "group_read", "membership", "members", "thread_new"):
        yield f"community_{name}", [[group.slug] for group in groups]
    asked = world.groups["private"].memberships.get(user=world.people["requested"])
    yield "community_member", [[asked.group.slug, asked.pk]]
    invited = world.groups["secret"].memberships.get(user=world.people["invited"])
    yield "community_invitation", [[invited.pk]]
    threads = [world.threads[name] for name in (*GROUPS, "hidden")]
    for name in ("thread", "thread_edit", "thread_moderate", "thread_unaccept"):
        yield f"community_{name}", [[one.group.slug, one.pk, one.slug] for one in threads]
    yield "community_person", [[_person(world, "member")]]
    posts = [world.posts[name] for name in ("reply.open", "reply.private", "post.hidden")]
    for name in ("", "_edit", "_delete", "_accept", "_report", "_hide"):
        yield f"community_post{name}", [[post.pk] for post in posts]
    yield "animation_report", [[report.pk] for report in world.reports.values()]
    theme = world.threads["open"].tags.exclude(status="curated").get()
    yield "animation_theme", [[theme.pk]]


def _person(world: World, name: str) -> int:
    user = world.people[name]
    assert user is not None
    return user.pk


def pages(world: World) -> dict[str, Paths]:
    """« page:<model> » → one page of each type, and what stands under it."""
    found = {}
    for model in portal_page_models():
        page = world.pages.get(f"{model._meta.app_label.removesuffix('s')}.public")
        if not isinstance(page, model):
            page = model.objects.live().first()
        found[f"page:{model._meta.model_name}"] = [page.get_url()]
    training: Any = world.pages["training.public"]
    agenda = f"{training.get_url()}agenda/"
    found["page:agenda"] = [agenda, f"{agenda}{training.sessions.get().pk}/"]
    return found


def url_names() -> set[str]:
    """Names of all URL patterns outside of Wagtail's admin; the path where there is no name."""

    def walk(patterns: list, prefix: str = "") -> Iterator[str]:
        for one in patterns:
            path = prefix + str(one.pattern)
            if isinstance(one, URLResolver) and path != "admin/":
                yield from walk(one.url_patterns, path)
            elif isinstance(one, URLPattern):
                yield one.name or path

    return set(walk(get_resolver().url_patterns)) - LEFT_OUT
