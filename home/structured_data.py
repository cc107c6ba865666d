"""JSON-LD (schema.org) for search engines: only of public pages, only what the page itself shows."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from .access import Audience
from .editorial import EditorialPage

# What could close the element or open another, escaped as `django.utils.html.json_script` does.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}

Data = dict[str, Any]


def structured_data(page: EditorialPage, data: Data) -> SafeString | str:
    """A data block with `data` without its empty values; nothing for a page that is not public and current.

    A data block is not executed: the Content-Security-Policy does not concern it.
    """
    if page.audience != Audience.EVERYONE or not page.live or page.has_expired:
        return ""
    text = json.dumps({"@context": "https://schema.org", **_filled(data)}, ensure_ascii=False)
    return mark_safe(f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>')


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
