"""Sessions in the database, found by a prepared question: all pages of somebody signed in ask for theirs."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from .prepared import prepared


def _stored(key: str) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key)


# Its name is part of what sessions are signed with: that of Django's.
class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        """The one that has not expired; whoever holds the key of another is given a new one."""
        for session in prepared(_stored, self.session_key):
            if session.expire_date > timezone.now():
                return session
        self._session_key = None
        return None
