"""URLs under /compte/ about what reaches people."""

from django.urls import path

from . import views

urlpatterns = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/lues/", views.all_read, name="notifications_read"),
    path("notifications/nombre/", views.count, name="notification_count"),
    path("notifications/reglages/", views.notification_settings, name="notification_settings"),
    path("notifications/courriels/", views.mails, name="notification_mails"),
    path("notifications/choix/<str:token>/", views.choice, name="notification_choice"),
    path("notifications/<int:pk>/", views.notification_open, name="notification_open"),
    path("abonnements/", views.subscriptions, name="subscriptions"),
]
