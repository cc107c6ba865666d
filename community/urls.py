"""Addresses under /communaute/ and /animation/ (wired by the project)."""

from django.urls import path, register_converter

from .views import groups, home, memberships, moderation_dashboard, people, posts, threads


class Id:
    """A primary key that every database can hold."""

    regex = "[0-9]{1,18}"
    to_python = staticmethod(int)
    to_url = staticmethod(str)


register_converter(Id, "id")

THREAD = "communaute/<slug:group>/<id:pk>-<slug:slug>/"

urlpatterns = [
    path("communaute/", home.community_home, name="community_home"),
    path("communaute/discussions/", home.thread_list, name="community_threads"),
    path("communaute/invitations/<id:pk>/", memberships.invitation, name="community_invitation"),
    path("communaute/apercu/", posts.message_preview, name="community_message_preview"),
    path("communaute/message/<id:pk>/", posts.post_permalink, name="community_post"),
    path("communaute/message/<id:pk>/modifier/", posts.post_edit, name="community_post_edit"),
    path("communaute/message/<id:pk>/supprimer/", posts.post_delete, name="community_post_delete"),
    path("communaute/message/<id:pk>/retenir/", posts.post_accept, name="community_post_accept"),
    path("communaute/message/<id:pk>/signaler/", posts.post_report, name="community_post_report"),
    path("communaute/message/<id:pk>/masquer/", posts.post_hide, name="community_post_hide"),
    path("communaute/membres/<id:pk>/", people.person_page, name="community_person"),
    path("communaute/<slug:slug>/", groups.group_page, name="community_group"),
    path("communaute/<slug:slug>/modifier/", groups.group_edit, name="community_group_edit"),
    path("communaute/<slug:slug>/lu/", groups.group_read, name="community_group_read"),
    path("communaute/<slug:slug>/adhesion/", memberships.membership, name="community_membership"),
    path("communaute/<slug:slug>/membres/", memberships.group_members, name="community_members"),
    path("communaute/<slug:slug>/membres/<id:pk>/", memberships.member, name="community_member"),
    path("communaute/<slug:slug>/nouveau/", threads.thread_new, name="community_thread_new"),
    path(THREAD, threads.thread_detail, name="community_thread"),
    path(f"{THREAD}modifier/", threads.thread_edit, name="community_thread_edit"),
    path(f"{THREAD}moderer/", threads.thread_moderate, name="community_thread_moderate"),
    path(f"{THREAD}sans-reponse-retenue/", threads.thread_unaccept, name="community_thread_unaccept"),
    path("animation/", moderation_dashboard.dashboard, name="animation"),
    path("animation/groupes/", moderation_dashboard.groups, name="animation_groups"),
    path("animation/groupes/nouveau/", moderation_dashboard.group_new, name="animation_group_new"),
    path("animation/signalements/<id:pk>/", moderation_dashboard.report_decide, name="animation_report"),
    path("animation/themes/", moderation_dashboard.themes, name="animation_themes"),
    path("animation/themes/<id:pk>/", moderation_dashboard.theme_decide, name="animation_theme"),
]
