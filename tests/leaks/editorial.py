"""News, offers and trainings of the leak matrix."""

from datetime import timedelta
from html import escape
from typing import Any

from django.conf import settings
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from home.editorial import EditorialPage
from home.factories import StandardPageFactory
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


def make_references(world: Any) -> None:
    """A public page that links to everything in every way, and old addresses that lead to every page.

    Documents by their address only: one that a public page holds is for everybody.
    """
    anybody = [page.url for page in world.pages.values()]
    typed = [*anybody, *(f"{settings.SITE_URL}{url}?utm_source=x" for url in anybody)]
    typed += [thing.get_absolute_url() for thing in (*world.groups.values(), *world.threads.values())]
    typed += [document.url for document in world.documents.values()]
    links = [f'<a href="{escape(url)}">là</a>' for url in typed]
    links += [f'<a id="{page.pk}" linktype="page">là</a>' for page in world.pages.values()]
    text = f"<p>{', '.join(links)}</p>"
    videos = [("video", {"title": "Une vidéo", "url": f"{settings.SITE_URL}{url}"}) for url in anybody]
    blocks = [("paragraph", text), ("callout", {"text": text, "title": "", "tone": "info"}), *videos]
    world.references = StandardPageFactory(title="Voir aussi", body=blocks)
    for number, page in enumerate(world.pages.values()):
        for old, target in (("ancienne", {"redirect_page": page}), ("tapee", {"redirect_link": page.url})):
            Redirect.objects.create(old_path=f"/{old}-{number}", **target)
    # Address of an address.
    Redirect.objects.create(old_path="/plus-ancienne", redirect_link="/tapee-0/")


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
