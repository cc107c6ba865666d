"""Demo members: the eight accounts of the README and a hundred and thirty colleagues from every region.

Drawn with a fixed seed: the same people at each run. Everybody is invented.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group as Role
from django.utils import timezone

from members.models import COMMUNITY_MANAGERS, EDITORS, Practice, Profile, User, Verification
from taxonomy.models import Department, Profession

from .texts import read_one

PASSWORD = "demo-pairs"  # noqa: S105 published in the README; the command refuses to run in production
DOMAIN = "pairs.example"

# How many of each: professions of the groups and threads first.
HEADCOUNT = {
    "infirmier": 30,
    "medecin": 24,
    "pharmacien": 13,
    "masseur-kinesitherapeute": 10,
    "aide-soignant": 7,
    "sage-femme": 7,
    "ergotherapeute": 5,
    "orthophoniste": 5,
    "preparateur-en-pharmacie": 5,
    "psychologue": 5,
    "dieteticien": 4,
    "pedicure-podologue": 4,
    "psychomotricien": 3,
    "auxiliaire-de-puericulture": 3,
    "assistant-de-service-social": 2,
    "chirurgien-dentiste": 2,
    "manipulateur-d-electroradiologie-medicale": 2,
    "orthoptiste": 1,
    "ambulancier": 1,
    "assistant-dentaire": 1,
    "audioprothesiste": 1,
    "opticien-lunetier": 1,
    "orthoprothesiste": 1,
    "osteopathe": 1,
    "physicien-medical": 1,
    "preparateur-en-pharmacie-hospitaliere": 1,
    "technicien-de-laboratoire-medical": 1,
}
METHODS = [Verification.Method.DOCUMENT, Verification.Method.REGISTER, Verification.Method.SPONSORS]

# address, first name, last name, profession, department, roles
ACCOUNTS = [
    ("admin", "Dominique", "Aubert", "", "", ()),
    ("editrice", "Claire", "Vidal", "", "", (EDITORS,)),
    ("animateur", "Malik", "Besson", "infirmier", "35", (COMMUNITY_MANAGERS,)),
    ("pharmacienne", "Anne", "Lemoine", "pharmacien", "31", ()),
    ("infirmier", "Camille", "Morvan", "infirmier", "22", ()),
    ("medecin", "Hélène", "Castel", "medecin", "69", ()),
    ("responsable", "Gwenaëlle", "Prigent", "infirmier", "29", ()),
    ("nouveau", "Lou", "Ferrand", "", "", ()),
]


class People:
    """Creates the members and finds them again by profession, for those who write threads."""

    def __init__(self, now: datetime):
        self.now = now
        self.random = random.Random(2026)  # noqa: S311 not for secrets
        self.professions = {profession.slug: profession for profession in Profession.objects.all()}
        self.departments = list(Department.objects.order_by("code"))
        self.by_profession: dict[str, list[User]] = defaultdict(list)

    def create(self) -> None:
        accounts = [self._account(*row) for row in ACCOUNTS]
        colleagues = list(self._colleagues())
        Profile.objects.bulk_create(
            Profile(user=user) for user in [*accounts, *(u for u, _p, _d in colleagues)]
        )
        self._practise([(user, profession, department) for user, profession, department in colleagues])
        self._wait_for_verification()

    def _account(self, name: str, first: str, last: str, profession: str, department: str, roles) -> User:
        user = User.objects.create_user(
            f"{name}@{DOMAIN}", PASSWORD, first_name=first, last_name=last, date_joined=self._joined()
        )
        if name == "admin":
            user.is_superuser = user.is_staff = True
            user.save(update_fields=["is_superuser", "is_staff"])
        user.groups.set(Role.objects.filter(name__in=roles))
        if profession:
            place = next(d for d in self.departments if d.code == department)
            self._practise([(user, profession, place)])
        return user

    def _colleagues(self) -> Iterable[tuple[User, str, Department]]:
        """Members in every region, since departments are dealt one after the other."""
        password = make_password(None)
        slugs = [slug for slug, number in HEADCOUNT.items() for _ in range(number)]
        self.random.shuffle(slugs)
        places = self.random.sample(self.departments, len(self.departments))
        users, names = [], set()
        invented = read_one("names")
        while len(users) < len(slugs):
            first, last = self.random.choice(invented["first"]), self.random.choice(invented["last"])
            if (first, last) in names:
                continue
            names.add((first, last))
            email = f"membre{len(users) + 1}@{DOMAIN}"
            users.append(
                User(
                    email=email,
                    password=password,
                    first_name=first,
                    last_name=last,
                    date_joined=self._joined(),
                )
            )
        User.objects.bulk_create(users)
        users = list(User.objects.filter(email__startswith="membre", email__endswith=DOMAIN).order_by("pk"))
        for number, (user, slug) in enumerate(zip(users, slugs, strict=True)):
            yield user, slug, places[number % len(places)]

    def _practise(self, rows: list[tuple[User, str, Department]]) -> None:
        decider = User.objects.filter(email=f"admin@{DOMAIN}").first()
        Practice.objects.bulk_create(
            Practice(user=user, profession=self.professions[slug], department=department)
            for user, slug, department in rows
        )
        Verification.objects.bulk_create(
            Verification(
                user=user,
                profession=self.professions[slug],
                state=Verification.State.VERIFIED,
                method=self.random.choice(METHODS),
                requested_at=user.date_joined,
                decided_at=user.date_joined + timedelta(days=self.random.randint(1, 4)),
                decided_by=decider,
            )
            for user, slug, _department in rows
        )
        for user, slug, _department in rows:
            self.by_profession[slug].append(user)

    def _wait_for_verification(self) -> None:
        """Three members whom the community manager has to look at, « nouveau » among them."""
        waiting = [
            (
                "nouveau",
                "ergotherapeute",
                "33",
                "Je viens de m’installer, mon attestation arrive par courrier.",
            ),
            ("attente1", "infirmier", "29", "Diplômée en 2019, inscrite à l’ordre du Finistère."),
            ("attente2", "medecin", "974", "Remplaçant depuis janvier, ma carte est en cours d’édition."),
        ]
        names = {"attente1": ("Nolwenn", "Cadiou"), "attente2": ("Jérôme", "Grondin")}
        for days, (name, slug, department, message) in enumerate(waiting, start=1):
            asked = self.now - timedelta(days=days, hours=3)
            user = User.objects.filter(email=f"{name}@{DOMAIN}").first()
            if user is None:
                first, last = names[name]
                user = User.objects.create_user(
                    f"{name}@{DOMAIN}", None, first_name=first, last_name=last, date_joined=asked
                )
                Profile.objects.create(user=user)
            place = next(d for d in self.departments if d.code == department)
            Practice.objects.create(user=user, profession=self.professions[slug], department=place)
            Verification.objects.create(
                user=user,
                profession=self.professions[slug],
                message=message,
                requested_at=asked,
            )

    def _joined(self) -> datetime:
        return self.now - timedelta(days=self.random.randint(40, 700), minutes=self.random.randint(0, 1400))


def mark_addresses_confirmed() -> None:
    """Demo accounts sign in without a confirmation mail."""
    from allauth.account.models import EmailAddress

    EmailAddress.objects.bulk_create(
        [
            EmailAddress(user=user, email=user.email, verified=True, primary=True)
            for user in User.objects.filter(emailaddress=None, email__endswith=f"@{DOMAIN}")
        ],
        ignore_conflicts=True,
    )


def now_to_the_hour() -> datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0)
