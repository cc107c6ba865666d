"""Rich text: read from any HTML into blocks, written as safe HTML or as plain text (docs/adr/0020)."""

from .html import to_html
from .parser import parse
from .text import blocks_text, is_word, to_text

__all__ = ["blocks_text", "is_word", "parse", "to_html", "to_text"]
