"""Word families of the field: words that are one and the same for search, beyond what a stemmer sees.

`analyzer` asks here for every word of every document and query, before it stems. The tables are data with
sources (`search/data`); they take part in `version`, so that a change of them makes a rebuild due.
"""

from collections.abc import Mapping

# Word in lower case, with its accents → the token that its family goes by (lower case, no accents, no space).
_FAMILIES: Mapping[str, str] = {}


def family_of(word: str) -> str | None:
    """The token of the family of a word (lower case, accents as written); None: the stemmer decides.

    A token of its own also keeps two words apart that share a stem (« cure », « curé »).
    """
    return _FAMILIES.get(word)


def version() -> str:
    """Changes whenever `family_of` may answer otherwise: the index must then be built anew."""
    return ""
