"""JSON-LD (schema.org) for search engines: only of public pages, only what the page itself shows."""

from typing import Any

from .access import Audience
from .editorial import EditorialPage

Data = dict[str, Any]


def structured_data(page: EditorialPage, data: Data | None) -> Data | None:
    """Returns `data` without its empty values; None for a page that is not public and current, or has none.

    Templates put it into a data block, which is not executed: the Content-Security-Policy ignores it.
    """
    if data is None or page.audience != Audience.EVERYONE or not page.live or page.has_expired:
        return None
    return {"@context": "https://schema.org", **_filled(data)}


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner) for key, inner in value.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [_filled(inner) for inner in value]
    return value


def place(*, town: str, postal_code: str, region: str = "") -> Data | None:
    if not town and not postal_code:
        return None
    return {
        "@type": "Place",
        "address": {
            "@type": "PostalAddress",
            "addressLocality": town,
            "postalCode": postal_code,
            "addressRegion": region,
            "addressCountry": "FR",
        },
    }


def organization(name: str, **more: Any) -> Data:
    return {"@type": "Organization", "name": name, **more}
