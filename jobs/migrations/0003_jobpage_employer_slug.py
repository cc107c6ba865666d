from django.db import migrations, models
from django.utils.text import slugify

BATCH = 1000


def fill(apps, schema_editor):
    offers = apps.get_model("jobs", "JobPage").objects
    batch = []
    for offer in offers.only("pk", "employer").iterator():
        offer.employer_slug = slugify(offer.employer)[:150]
        batch.append(offer)
        if len(batch) == BATCH:
            offers.bulk_update(batch, ["employer_slug"])
            batch = []
    offers.bulk_update(batch, ["employer_slug"])


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0002_readable_text"),
    ]

    operations = [
        migrations.AddField(
            model_name="jobpage",
            name="employer_slug",
            field=models.SlugField(blank=True, editable=False, max_length=150),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
