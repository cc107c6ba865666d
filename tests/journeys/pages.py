"""Every kind of page of the portal, and who looks at it."""

from collections.abc import Callable
from dataclasses import dataclass

from .world import World


@dataclass(frozen=True)
class Kind:
    name: str
    address: str | Callable[[World], str]
    who: str = ""  # a person of the world; empty: a visitor

    def path(self, world: World) -> str:
        return self.address if isinstance(self.address, str) else self.address(world)


def _thread(suffix: str = "") -> Callable[[World], str]:
    return lambda world: f"{world.thread.get_absolute_url()}{suffix}"


def _post(action: str, position: int) -> Callable[[World], str]:
    return lambda w: f"{w.thread.posts.get(position=position).get_absolute_url()}{action}/"


def _group(suffix: str = "") -> Callable[[World], str]:
    return lambda world: f"{world.group.get_absolute_url()}{suffix}"


PUBLIC = [
    Kind("home, signed out", "/"),
    Kind("news list", "/actualites/"),
    Kind("jobs list", "/emplois/"),
    Kind("jobs list, filtered", "/emplois/?contrat=cdi&profession=infirmier&profession=astrologue&page=2"),
    Kind("trainings list", "/formations/"),
    Kind("news", lambda w: w.news.get_url()),
    Kind("offer", lambda w: w.job.get_url()),
    Kind("expired offer", lambda w: w.expired.get_url()),
    Kind("training", lambda w: w.training.get_url()),
    Kind("search", "/recherche/?q=plaies"),
    Kind("search, corrected", "/recherche/?q=detertion"),
    Kind("search, nothing found", "/recherche/?q=zythum&contrat=cdi"),
    Kind("community, signed out", "/communaute/"),
    Kind("standard page", "/accessibilite/"),
    Kind("sign-in", "/compte/connexion/"),
    Kind("sign-up", "/compte/inscription/"),
    Kind("forgotten password", "/compte/mot-de-passe/oublie/"),
    Kind("link that no longer works", "/compte/adresse/lien/forged/"),
    Kind("reserved page", lambda w: w.reserved.get_url()),
    Kind("page not found", "/nulle-part/"),
]
MEMBERS = [
    Kind("home, newcomer", "/", "newcomer"),
    Kind("account, newcomer", "/compte/", "newcomer"),
    Kind("welcome", "/compte/bienvenue/", "newcomer"),
    Kind("asking for verification", "/compte/verification/", "member"),
    Kind("home", "/", "nurse"),
    Kind("in brief", "/bref/", "nurse"),
    Kind("in brief, newcomer", "/bref/", "newcomer"),
    Kind("saved searches", "/compte/recherches/", "nurse"),
    Kind("saving a search", "/compte/recherches/nouvelle/?type=job&profession=infirmier", "nurse"),
    Kind("jobs list on one’s profession", "/emplois/", "nurse"),
    Kind("search among everything", "/recherche/?q=escarre", "nurse"),
    Kind("account", "/compte/", "nurse"),
    Kind("profile", "/compte/profil/", "nurse"),
    Kind("password", "/compte/mot-de-passe/", "nurse"),
    Kind("community", "/communaute/", "nurse"),
    Kind("discussions", "/communaute/discussions/", "nurse"),
    Kind("group", _group(), "nurse"),
    Kind("private group", lambda w: w.private.get_absolute_url(), "nurse"),
    Kind("members of a group", _group("membres/"), "nurse"),
    Kind("edit a group", _group("modifier/"), "nurse"),
    Kind("composer", _group("nouveau/"), "nurse"),
    Kind("thread", _thread(), "nurse"),
    Kind("thread, second page", _thread("?page=2"), "nurse"),
    Kind("edit a thread", _thread("modifier/"), "nurse"),
    Kind("edit a message", _post("modifier", 1), "nurse"),
    Kind("report a message", _post("signaler", 2), "nurse"),
    Kind("colleague", lambda w: f"/communaute/membres/{w.pharmacist.pk}/", "nurse"),
    Kind("notifications", "/compte/notifications/", "nurse"),
    Kind("notifications, none", "/compte/notifications/", "newcomer"),
    Kind("what one follows", "/compte/abonnements/", "nurse"),
    Kind("what one is mailed", "/compte/notifications/reglages/", "nurse"),
    Kind("change of address", "/compte/adresse/", "nurse"),
    Kind("one more practice", "/compte/exercices/ajouter/", "nurse"),
]
MANAGERS = [
    Kind("cockpit", "/animation/", "manager"),
    Kind("groups", "/animation/groupes/", "manager"),
    Kind("new group", "/animation/groupes/nouveau/", "manager"),
    Kind("themes", "/animation/themes/", "manager"),
    Kind("verifications", "/animation/verifications/", "manager"),
    Kind("verification", lambda w: f"/animation/verifications/{w.verification.pk}/", "manager"),
    Kind("report", lambda w: f"/animation/signalements/{w.report.pk}/", "manager"),
    Kind("thread, moderated", _thread(), "manager"),
    Kind("hide or move", _thread("moderer/"), "manager"),
    Kind("hide a message", _post("masquer", 2), "manager"),
]
