"""What every host and process agrees on: the clock of writes, and whether a new index is being filled.

The clock. A drain takes its version after it saw the outbox rows and before it loads the objects. Versions
come from one row of the database: each is greater than all that were taken before, on whatever host. Take the
drain that handles an object's last row: whoever holds a greater version took it later, so loaded a state at
least as new. An engine that keeps the greatest version therefore ends with the last state. Wall time
(microseconds) is only a lower bound: versions keep growing when the database is restored from a backup, and
a clock that is set back cannot take them back.

The rebuild. While its token stands, drained rows are kept as `done` instead of deleted, and the rebuild
writes them to the new index too. At the end they become pending again, so that whatever slipped in between
its last look and the swap is written once more.
"""

import secrets
import time
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ..models import IndexState, OutboxRow

# A rebuild that gave no sign of life for that long was killed.
REBUILD_SILENCE = timedelta(minutes=15)


def lock_state() -> IndexState:
    """The row, locked until the end of the current transaction."""
    return IndexState.objects.select_for_update().get_or_create(pk=1)[0]


def next_version() -> IndexState:
    """Takes the next version: `.version` of what is returned, with the token of the rebuild under way."""
    with transaction.atomic():
        state = lock_state()
        state.version = max(state.version + 1, time.time_ns() // 1000)
        state.save(update_fields=["version"])
    return state


def rebuild_begins() -> str:
    """Returns the token. Call it once the engine granted the rebuild, before the first object is read."""
    token = secrets.token_hex(16)
    with transaction.atomic():
        state = lock_state()
        _release(state, token)
    return token


def heartbeat_rebuild(token: str) -> bool:
    """Gives a sign of life. False: it was declared dead, and its index may already lack changes."""
    return bool(IndexState.objects.filter(rebuild=token).update(rebuild_seen_at=timezone.now()))


def rebuild_ends(token: str) -> bool:
    """Swapped or given up. False: it had been declared dead before."""
    with transaction.atomic():
        state = lock_state()
        if state.rebuild != token:
            return False
        _release(state, "")
    return True


def release_dead_rebuild() -> bool:
    """Lets go of what a killed rebuild kept. True when there was one."""
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
