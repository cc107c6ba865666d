from .query import ParsedText

MAX_QUERY_LENGTH = 400


def parse_text(text: str) -> ParsedText:
    return ParsedText(raw=text, words=tuple(text.split()))
