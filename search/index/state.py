"""The state that all hosts share: the clock of versions, and the rebuild that is under way.

The clock. A drain takes a version after it read the rows of the outbox and before it loads the objects.
Versions come from one database row, each greater than all before it, on whatever host. A drain with a greater
version than that of an object's last row took it later, so it loaded a state that is at least as new: an
engine that keeps the greatest version ends with the last state. Wall time (microseconds) is a lower bound, so
that versions also grow after a restore from a backup.

The rebuild. While its token is set, drained rows are marked `done` instead of deleted, and the rebuild writes
their objects to the new index, too. At the end they become pending again, so that changes between its last
look and the swap are written once more.
"""

import secrets
import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ..models import IndexState, OutboxRow

# Without a heartbeat for that long a rebuild was killed.
REBUILD_SILENCE = timedelta(minutes=15)


def lock_state() -> IndexState:
    """Returns the row, locked until the end of the current transaction."""
    return IndexState.objects.select_for_update().get_or_create(pk=1)[0]


def next_version() -> IndexState:
    """Takes the next version. Returns the state, with the version and the token of a rebuild."""
    with transaction.atomic():
        state = lock_state()
        state.version = max(state.version + 1, time.time_ns() // 1000)
        state.save(update_fields=["version"])
    return state


def rebuild_begins() -> str:
    """Sets and returns a token. Call it after the engine granted the rebuild, before reading any object."""
    token = secrets.token_hex(16)
    with transaction.atomic():
        state = lock_state()
        _release(state, token)
    return token


def heartbeat_rebuild(token: str) -> bool:
    """Records a heartbeat. Returns false if the rebuild was given up: its index may lack changes."""
    return bool(IndexState.objects.filter(rebuild=token).update(rebuild_seen_at=timezone.now()))


def rebuild_ends(token: str) -> bool:
    """Ends a rebuild, swapped or not. Returns false if it was given up before."""
    with transaction.atomic():
        state = lock_state()
        if state.rebuild != token:
            return False
        _release(state, "")
    return True


def release_dead_rebuild() -> bool:
    """Releases the rows that a killed rebuild kept. Returns whether there was one."""
    silent_since = timezone.now() - REBUILD_SILENCE
    if not IndexState.objects.filter(rebuild_seen_at__lt=silent_since).exclude(rebuild="").exists():
        return False
    with transaction.atomic():
        state = lock_state()
        if not state.rebuild or state.rebuild_seen_at is None or state.rebuild_seen_at >= silent_since:
            return False
        _release(state, "")
    return True


def _release(state: IndexState, token: str) -> None:
    state.rebuild = token
    state.rebuild_seen_at = timezone.now() if token else None
    state.save(update_fields=["rebuild", "rebuild_seen_at"])
    OutboxRow.objects.filter(done=True).update(done=False, not_before=None, attempts=0)
