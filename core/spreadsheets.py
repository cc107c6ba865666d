"""Text for spreadsheet software."""

_FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")


def without_formula(text: str) -> str:
    """A cell as CSV that no spreadsheet software takes for a formula: an apostrophe goes before it."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
