"""Merging themes: two words for the same thing become one."""

from django.db import transaction

from .models import TaggedItemBase, Theme


@transaction.atomic
def merge_themes(source: Theme, target: Theme) -> None:
    """What carries `source` carries `target` instead; `source` is removed and its name kept as a synonym."""
    for relation in Theme._meta.related_objects:
        if issubclass(relation.related_model, TaggedItemBase):
            items = relation.related_model._default_manager
            already = items.filter(tag=target).values("content_object_id")
            items.filter(tag=source).exclude(content_object_id__in=already).update(tag=target)
    target.synonyms = _joined(target, source)
    source.delete()
    target.save()  # tells search of everything that carries it now


def _joined(target: Theme, source: Theme) -> str:
    words = [word.strip() for word in f"{target.synonyms},{source.name},{source.synonyms}".split(",")]
    seen = {target.name.casefold()}
    return ", ".join(
        word for word in words if word and not (word.casefold() in seen or seen.add(word.casefold()))
    )
