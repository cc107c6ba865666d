"""URLs under /compte/: sign-in and sign-up are allauth's views at French URLs, under its names."""

from allauth.account import views as allauth
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

from .views import account, verification
from .views.common import emptying_caches

urlpatterns = [
    path("", account.home, name="account_home"),
    path("bienvenue/", account.welcome, name="account_welcome"),
    path("profil/", account.profile, name="account_profile"),
    path("specialites/", account.specialties, name="account_specialties"),
    path("exercices/ajouter/", account.practice_add, name="account_practice_add"),
    path("exercices/<int:practice_id>/retirer/", account.practice_remove, name="account_practice_remove"),
    path("langue/", account.language, name="account_language"),
    path("verification/", verification.ask, name="account_verification"),
    path("verification/<int:verification_id>/retirer/", verification.withdraw, name="account_withdraw"),
    # allauth
    path("connexion/", allauth.login, name="account_login"),
    path("connexion/code/", allauth.confirm_login_code, name="account_confirm_login_code"),
    path("deconnexion/", never_cache(emptying_caches(allauth.logout)), name="account_logout"),
    path("ferme/", allauth.account_inactive, name="account_inactive"),
    path("inscription/", allauth.signup, name="account_signup"),
    path("confirmer/", never_cache(allauth.reauthenticate), name="account_reauthenticate"),
    path("adresse/", never_cache(allauth.email), name="account_email"),
    path("adresse/lien/", allauth.email_verification_sent, name="account_email_verification_sent"),
    re_path(
        r"^adresse/lien/(?P<key>[-:\w]+)/$", never_cache(allauth.confirm_email), name="account_confirm_email"
    ),
    path("mot-de-passe/", never_cache(allauth.password_change), name="account_change_password"),
    path("mot-de-passe/choisir/", never_cache(allauth.password_set), name="account_set_password"),
    path("mot-de-passe/oublie/", allauth.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/oublie/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        never_cache(allauth.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/change/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
