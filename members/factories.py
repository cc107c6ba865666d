"""Accounts for tests, written without the rules of `members.services`: tests of the rules use those."""

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.utils import timezone
from factory.django import DjangoModelFactory

from taxonomy.models import Department, Profession

from .access import Viewer
from .models import COMMUNITY_MANAGERS, Practice, Profile, User, Verification
from .viewers import viewer_for

PASSWORD = "correct horse battery staple"


class UserFactory(DjangoModelFactory):
    """An account with a confirmed address, a password and a profile."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"membre-{n + 300}@exemple.test")
    first_name = factory.Iterator(["Léa", "Yann", "Marc", "Aïcha", "Élise"])
    last_name = factory.Sequence(lambda n: f"Kerdoncuff-{chr(65 + n % 26)}")

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        self.set_password(extracted or PASSWORD)
        self.save()

    @factory.post_generation
    def address(self, create, extracted, **kwargs):
        EmailAddress.objects.create(
            user=self, email=self.email, verified=extracted is not False, primary=True
        )
        Profile.objects.create(user=self)


def practising(user: User, slug: str, department: str = "29") -> User:
    """`user` says that they practise this profession; nobody has verified it."""
    Practice.objects.create(
        user=user,
        profession=Profession.objects.get(slug=slug),
        department=Department.objects.get(code=department),
    )
    return user


def in_state(user: User, slug: str, state: str, **fields) -> Verification:
    """A verification of `user` in this state, with the practice that goes with it."""
    practising(user, slug)
    decided = state != Verification.State.PENDING
    defaults = {
        "method": Verification.Method.DOCUMENT if decided else "",
        "decided_at": timezone.now() if decided else None,
    }
    return Verification.objects.create(
        user=user, profession=Profession.objects.get(slug=slug), state=state, **(defaults | fields)
    )


def verified(user: User, slug: str) -> User:
    """`user`, verified for this profession: `verified(UserFactory(), "infirmier")`."""
    in_state(user, slug, Verification.State.VERIFIED)
    return user


def waiting(user: User, slug: str, **fields) -> Verification:
    return in_state(user, slug, Verification.State.PENDING, **fields)


def manager() -> User:
    user = UserFactory()
    user.groups.add(Group.objects.get_or_create(name=COMMUNITY_MANAGERS)[0])
    return user


def viewer_of(user: User) -> Viewer:
    """The viewer as the next request would see it."""
    return viewer_for(User.objects.get(pk=user.pk))
