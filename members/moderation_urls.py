"""URLs under /animation/: what the managers decide about members."""

from django.urls import path

from .views import moderation_dashboard

urlpatterns = [
    path("verifications/", moderation_dashboard.queue, name="verification_queue"),
    path("verifications/<int:verification_id>/", moderation_dashboard.decide, name="verification_decide"),
    path(
        "verifications/<int:verification_id>/document/",
        moderation_dashboard.document,
        name="verification_document",
    ),
    path("membres/<int:user_id>/fermer/", moderation_dashboard.close_account, name="member_close"),
]
