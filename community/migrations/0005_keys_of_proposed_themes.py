from django.db import migrations
from django.utils.text import slugify

from core.text import slug_of


def renew(apps, schema_editor):
    """Ligatures and dashes that are not ASCII were dropped: « œdème » and « oedème » were two themes.

    A key that is taken stays as it is: managers merge themes. Curated themes have keys of their own.
    """
    themes = apps.get_model("taxonomy", "Theme").objects
    taken = set(themes.values_list("slug", flat=True))
    for theme in themes.filter(status="proposed"):
        right = slug_of(theme.name)[:100]
        if theme.slug == slugify(theme.name)[:100] and right not in taken:
            taken.add(right)
            themes.filter(pk=theme.pk).update(slug=right)


class Migration(migrations.Migration):
    dependencies = [("community", "0004_invitations"), ("taxonomy", "0004_theme_names_repeat")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop, elidable=True)]
