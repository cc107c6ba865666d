"""Files of Wagtail's library: served only to who may read a page that uses them.

Pictures come as renditions (`/media/images/…`), documents by Wagtail's document view. Which page uses which
file is Wagtail's reference index, which our pages keep up to date in the transaction of each save.
"""

from collections import defaultdict

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.views.static import serve
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import Page, ReferenceIndex

from members.access import VISITOR, Viewer

from .base import PortalPage
from .branding import Brand
from .links import register_link_check

# How long caches keep a public picture after its page was closed.
PUBLIC_SECONDS = 3600


def may_fetch(item: Model, viewer: Viewer) -> bool:
    """Whether a page that this viewer may read uses this image or document. Editors fetch everything."""
    return viewer.is_editor or any(
        model.objects.visible_to(viewer).filter(pk__in=pks).exists()
        for model, pks in _pages_that_use(item).items()
    )


def _pages_that_use(item: Model) -> dict[type[PortalPage], list[int]]:
    references = ReferenceIndex.get_references_to(item).filter(
        base_content_type=ContentType.objects.get_for_model(Page)
    )
    pks: dict[type[PortalPage], list[int]] = defaultdict(list)
    for content_type, pk in references.values_list("content_type", "object_id").distinct():
        model = ContentType.objects.get_for_id(content_type).model_class()
        if model and issubclass(model, PortalPage):
            pks[model].append(int(pk))
    return pks


def media(request: HttpRequest, path: str) -> HttpResponse:
    """A picture of the media folder. What may not be fetched, and what is not a picture, is a 404."""
    viewer = request.viewer
    image, is_rendition = _picture(path)
    if image is None or not (is_rendition or viewer.is_editor):
        raise Http404
    is_public = is_rendition and _is_shown_to(image, VISITOR)
    if not (is_public or _is_shown_to(image, viewer)):
        raise Http404
    response = serve(request, path, document_root=settings.MEDIA_ROOT)
    response["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}" if is_public else "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _picture(path: str) -> tuple[AbstractImage | None, bool]:
    """The image that a file belongs to, and whether the file is one of its renditions."""
    if "\0" in path:  # PostgreSQL refuses to compare it
        return None, False
    model = get_image_model()
    renditions = model.get_rendition_model().objects
    if rendition := renditions.filter(file=path).select_related("image").first():
        return rendition.image, True
    return model.objects.filter(file=path).first(), False


def _is_shown_to(image: AbstractImage, viewer: Viewer) -> bool:
    return may_fetch(image, viewer) or Brand.objects.filter(logo=image.pk).exists()


@register_link_check("wagtaildocs_serve")
def opens_document(match: ResolverMatch, viewer: Viewer) -> bool:
    document = get_document_model().objects.filter(pk=match.args[0]).first()
    return document is not None and may_fetch(document, viewer)


@register_link_check("media")
def opens_picture(match: ResolverMatch, viewer: Viewer) -> bool:
    image, is_rendition = _picture(match.kwargs["path"])
    return image is not None and is_rendition and _is_shown_to(image, viewer)


def check_document(document: Model, request: HttpRequest) -> None:
    """Called by Wagtail before it serves a document."""
    if not may_fetch(document, request.viewer):
        raise Http404
