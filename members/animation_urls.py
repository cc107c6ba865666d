"""URLs under /animation/: what the managers decide about members."""

from django.urls import path

from .views import animation

urlpatterns = [
    path("verifications/", animation.queue, name="verification_queue"),
    path("verifications/<int:verification_id>/", animation.decide, name="verification_decide"),
    path("verifications/<int:verification_id>/document/", animation.document, name="verification_document"),
    path("membres/<int:user_id>/fermer/", animation.close_account, name="member_close"),
]
