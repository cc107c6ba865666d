"""What an article is made of. Each block has its template in `templates/home/blocks/`."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

from core.richtext import to_text
from core.text import one_line

from .links import readable_rich_text, reader_of

TEXT_FEATURES = ["bold", "italic", "superscript", "subscript", "link", "document-link", "ol", "ul"]


class ImageBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("image"))
    alt = blocks.CharBlock(
        label=_("alternative text"),
        max_length=250,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=250)
    credit = blocks.CharBlock(label=_("credit"), required=False, max_length=120, search_index=False)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "home/blocks/image.html"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("text"))
    attribution = blocks.CharBlock(label=_("attribution"), required=False, max_length=150)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "home/blocks/quote.html"


class RichTextBlock(blocks.RichTextBlock):
    canonical_module_path = "wagtail.blocks.RichTextBlock"  # what migrations hold

    def get_searchable_content(self, value: RichText) -> list[str]:
        return [to_text(value.source)]

    def render_basic(self, value: RichText, context: Mapping[str, Any] | None = None) -> str:
        return readable_rich_text(value.source, *reader_of(context or {}))


class CalloutBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), required=False, max_length=120)
    text = RichTextBlock(label=_("text"), features=["bold", "italic", "link", "ul", "ol"])
    tone = blocks.ChoiceBlock(
        label=_("tone"),
        choices=[("info", _("Information")), ("warning", _("Warning"))],
        default="info",
        search_index=False,
    )

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        template = "home/blocks/callout.html"


class DocumentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("document"))
    title = blocks.CharBlock(
        label=_("text of the link"),
        required=False,
        max_length=150,
        help_text=_("Empty: the document’s title."),
    )

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "home/blocks/document.html"


class VideoBlock(blocks.StructBlock):
    """A link, not an embed: a page of the portal sends no reader’s address to a third party."""

    title = blocks.CharBlock(label=_("title"), max_length=150)
    url = blocks.URLBlock(label=_("address of the video"))
    duration = blocks.CharBlock(label=_("duration"), required=False, max_length=30, search_index=False)
    has_subtitles = blocks.BooleanBlock(label=_("subtitled"), required=False)

    class Meta:
        icon = "media"
        label = _("Video (link)")
        template = "home/blocks/video.html"


class PortalTableBlock(TableBlock):
    # For migrations it is Wagtail's block.
    canonical_module_path = "wagtail.contrib.table_block.blocks.TableBlock"
    # As other blocks do: Wagtail's own forgets that what a Jinja2 template renders is safe.
    render = blocks.Block.render

    def get_searchable_content(self, value: Any) -> list[str]:
        rows = (value or {}).get("data", [])
        return [" | ".join(one_line(str(cell or "")) for cell in row) for row in rows if any(row)]


class BodyBlock(blocks.StreamBlock):
    heading = blocks.CharBlock(
        label=_("Heading"), icon="title", max_length=150, template="home/blocks/heading.html"
    )
    paragraph = RichTextBlock(label=_("Text"), icon="pilcrow", features=TEXT_FEATURES)
    image = ImageBlock()
    quote = QuoteBlock()
    callout = CalloutBlock()
    document = DocumentBlock()
    table = PortalTableBlock(label=_("Table"), template="home/blocks/table.html", required=False)
    video = VideoBlock()


def plain_text(body: blocks.StreamValue) -> str:
    """The readable text of a body, line by line, without markup, links' addresses or settings."""
    texts = body.stream_block.get_searchable_content(body)
    lines = (one_line(line) for text in texts for line in str(text).splitlines())
    return "\n".join(filter(None, lines))
