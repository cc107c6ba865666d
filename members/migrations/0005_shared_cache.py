from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    """The table of the cache that rate limits are counted in (`CACHES`)."""
    call_command("createcachetable", "portal_cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("members", "0004_profile_findable")]

    operations = [
        migrations.RunPython(create, migrations.RunPython.noop),
    ]
