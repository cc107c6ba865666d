from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from wagtail.models import Revision

from home.editorial import EditorialPage


def first_revision(page: EditorialPage, user: AbstractBaseUser | None) -> Revision:
    """The version that a page begins with, unsaved.

    Without one Wagtail takes a live page down when an editor schedules a change of it.
    """
    return Revision(
        content_object=page,
        base_content_type=page.get_base_content_type(),
        created_at=timezone.now(),
        user=user,
        content=page.serializable_data(),
        object_str=str(page),
    )


def save_first_revisions(created: Iterable[tuple[EditorialPage, Revision]]) -> None:
    """Saves those of a batch in a few queries, where `Page.save_revision` takes several for each page."""
    created = list(created)
    if not created:
        return
    Revision.objects.bulk_create(revision for _page, revision in created)
    for page, revision in created:
        page.latest_revision = revision
        page.latest_revision_created_at = revision.created_at
        page.live_revision = revision if page.live else None
    model = type(created[0][0])
    fields = ["latest_revision", "latest_revision_created_at", "live_revision"]
    model.objects.bulk_update([page for page, _revision in created], fields)
