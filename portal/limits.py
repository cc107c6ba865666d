"""What rate limits count, in the shared cache's table: failed sign-ins, say, with addresses of readers."""

from django.db import connection
from django.utils import timezone

TABLE = "portal_cache"  # `CACHES["default"]`; Django has no call that deletes only what is over


def forget_over() -> None:
    """Deletes what no limit counts any more; what one still counts stays."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE expires < %s", [now])  # noqa: S608 - our own name
