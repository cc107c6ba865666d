"""Who is signed in: found by a prepared question, since every page of theirs asks for the account."""

from django.contrib.auth import backends
from django.db.models import QuerySet

from .models import User
from .prepared import prepared


class ModelBackend(backends.ModelBackend):
    def get_user(self, user_id: int) -> User | None:
        """The account as it is now; None once it is gone or closed."""
        return next(filter(self.user_can_authenticate, prepared(_accounts, user_id)), None)


def _accounts(pk: int) -> QuerySet[User]:
    return User.objects.filter(pk=pk)
