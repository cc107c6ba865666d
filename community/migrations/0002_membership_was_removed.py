from django.db import migrations, models


def mark_removed(apps, schema_editor):
    apps.get_model("community", "Membership").objects.filter(state="removed").update(was_removed=True)


class Migration(migrations.Migration):
    dependencies = [("community", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="was_removed",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(mark_removed, migrations.RunPython.noop),
    ]
