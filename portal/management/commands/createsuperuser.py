"""manage.py createsuperuser: Django's own, and the account can sign in at once."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.management.commands import createsuperuser

from members.models import User


class Command(createsuperuser.Command):
    help = "Creates an administrator, whose e-mail address counts as confirmed: no mail has to arrive first."

    def handle(self, *args: Any, **options: Any) -> None:
        before = set(User.objects.filter(is_superuser=True).values_list("pk", flat=True))
        super().handle(*args, **options)
        for user in User.objects.filter(is_superuser=True).exclude(pk__in=before):
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
