"""Standard names of two fields; table and column stay as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0002_membership_was_removed"),
        ("taxonomy", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("thread", "asked", "requested_professions"),
                migrations.AlterField(
                    "thread",
                    "requested_professions",
                    models.ManyToManyField(
                        "taxonomy.Profession",
                        verbose_name="opinion asked of",
                        related_name="+",
                        blank=True,
                        db_table="community_thread_asked",
                    ),
                ),
                migrations.RemoveConstraint("post", "community_post_form_once"),
                migrations.RenameField("post", "form_key", "idempotency_key"),
                migrations.AlterField(
                    "post",
                    "idempotency_key",
                    models.CharField(
                        max_length=32, null=True, blank=True, editable=False, db_column="form_key"
                    ),
                ),
                migrations.AddConstraint(
                    "post",
                    models.UniqueConstraint(
                        fields=["author", "idempotency_key"], name="community_post_form_once"
                    ),
                ),
            ]
        )
    ]
