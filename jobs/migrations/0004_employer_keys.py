from django.db import migrations

from core.text import slug_of


def renew(apps, schema_editor):
    """Ligatures and dashes that are not ASCII were dropped: « Saint‑Malo » was another employer."""
    offers = apps.get_model("jobs", "JobPage").objects
    for employer, key in offers.values_list("employer", "employer_slug").distinct().iterator():
        if not employer.isascii() and (right := slug_of(employer)[:150]) != key:
            offers.filter(employer=employer).update(employer_slug=right)


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_jobpage_employer_slug")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop, elidable=True)]
