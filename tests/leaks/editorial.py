"""News, offers and trainings of the leak matrix."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from home.editorial import EditorialPage
from jobs.factories import JobPageFactory
from news.factories import NewsPageFactory
from trainings.factories import TrainingPageFactory, TrainingSessionFactory

from . import expectations

FACTORIES = {"news": NewsPageFactory, "job": JobPageFactory, "training": TrainingPageFactory}
# Which page uses the document and the picture of that name.
USED_BY = {
    "public": "news.public",
    "verified": "job.verified",
    "nurses": "training.nurses",
    "draft": "news.draft",
}


def make_pages(world: Any, common: str) -> None:
    for page in expectations.PAGES.values():
        world.pages[page.key] = _make_page(world, page, common)
    changed = world.pages["news.public"]
    changed.title = f"Titre {expectations.THINGS['changes'].title}"
    changed.body = [("paragraph", f"<p>{expectations.THINGS['changes'].body}</p>")]
    changed.save_revision()
    world.pages["news.public"] = type(changed).objects.get(pk=changed.pk)


def _make_page(world: Any, page: expectations.ExpectedPage, common: str) -> EditorialPage:
    words = expectations.THINGS[page.key]
    blocks: list[tuple[str, Any]] = [("paragraph", f"<p>Le texte {words.body} en entier.</p>")]
    for name, user in USED_BY.items():
        if user == page.key:
            blocks.append(("image", {"image": world.images[name], "alt": "Une image"}))
            blocks.append(("document", {"document": world.documents[name]}))
    fields: dict[str, Any] = {
        "title": f"Titre {words.title} {common}",
        "slug": words.slug,
        "audience": "everyone" if page.audience == "whoever" else page.audience,
        "professions": page.professions,
        "body": blocks,
        **_own_fields(page, words.body),
    }
    made = FACTORIES[page.kind](**fields)
    if page.name == "scheduled":
        made.go_live_at = timezone.now() + timedelta(days=1)
        made.save_revision().publish()
    if page.name == "unpublished":
        made.unpublish()
    if page.audience == "whoever":
        type(made).objects.filter(pk=made.pk).update(audience=page.audience)
    return type(made).objects.get(pk=made.pk)


def _own_fields(page: expectations.ExpectedPage, body: str) -> dict[str, Any]:
    today = timezone.localdate()
    fields: dict[str, Any] = {"live": page.name not in ("draft", "scheduled")}
    if page.kind == "news":
        fields |= {"standfirst": f"Ce qui change {body}.", "themes": (expectations.THEME,)}
    if page.kind == "job":
        fields |= {"employer": f"Hôpital {body}", "themes": (expectations.THEME,)}
    if page.kind == "training":
        fields["body_name"] = f"Organisme {body}"
        fields["sessions"] = [TrainingSessionFactory()]
    if page.name.startswith("over"):
        if page.kind == "job":
            fields["closes_on"] = today - timedelta(days=1)
        else:
            fields["sessions"] = [TrainingSessionFactory(in_days=-9)]
    if page.name == "upcoming":
        fields["opens_on"] = today + timedelta(days=3)
    return fields
