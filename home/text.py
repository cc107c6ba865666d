"""Plain text of what editors write, for search, summaries and structured data."""

from wagtail.blocks import StreamValue

SUMMARY_LENGTH = 220


def plain_text(body: StreamValue) -> str:
    """The readable text of a body, one block a line, without markup, links' addresses or settings."""
    lines = body.stream_block.get_searchable_content(body)
    return "\n".join(" ".join(str(line).split()) for line in lines if line and str(line).strip())


def summary(text: str, length: int = SUMMARY_LENGTH) -> str:
    """The beginning of a text, cut between words."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return (line[:length].rpartition(" ")[0] or line[:length]).rstrip(" ,;:.–-") + "…"
