"""Notifications as their readers ask for them."""

from typing import Self

from django.db.models import Q, QuerySet


class NotificationQuerySet(QuerySet):
    def unread(self) -> Self:
        return self.filter(read_at=None)

    def mail_waits(self) -> Self:
        """Those whose mail has not been sent; not what was read on the site meanwhile."""
        return self.unread().filter(mail_due_at__isnull=False)

    def of(self, user_id: int, may: Q | None) -> Self:
        """One's own of those that meet a condition; None: none does."""
        own = self.filter(recipient_id=user_id)
        return own.none() if may is None else own.filter(may)
