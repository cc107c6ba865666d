"""What rate limits count: the portal's own (`core.limits`), and allauth's in the shared cache's table."""

from django.db import connection
from django.utils import timezone

from core import limits

TABLE = "portal_cache"  # `CACHES["default"]`; Django has no call that deletes only what is over


def forget_over() -> None:
    """Deletes what no limit counts any more; what one still counts stays."""
    limits.forget_over()
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE expires < %s", [now])  # noqa: S608 - our own name
