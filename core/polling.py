"""What an idle process asks again and again: what Django adds to a query takes longer than such a query."""

from django.db import connection, models


def has_rows(model: type[models.Model], condition: str) -> bool:
    """Whether any row meets the condition, which is SQL of our own. Raises Django's database errors."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        found = connection.connection.execute(
            f"SELECT EXISTS (SELECT 1 FROM {model._meta.db_table} WHERE {condition})"  # noqa: S608
        )
        return bool(found.fetchone()[0])
