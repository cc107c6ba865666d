"""Index jobs are background runs. Old rows go: they were a log of checks and rebuilds, kept for 90 days."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
        ('search', '0004_query_count_names'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='indexstate',
            name='worker_seen_at',
        ),
        migrations.DeleteModel(
            name='IndexJob',
        ),
        migrations.CreateModel(
            name='IndexJob',
            fields=[
            ],
            options={
                'default_permissions': ('add', 'view'),
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('core.backgroundrun',),
        ),
    ]
