"""The Jinja2 environment of the portal's templates; settings.TEMPLATES says where they are."""

import re
from functools import cache

from django.template.defaultfilters import capfirst, filesizeformat, linebreaksbr, truncatechars, urlize
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment
from jinja2.ext import Extension

from .date_text import date_parts
from .pagination import page_links
from .text import typo


def environment(**options) -> Environment:
    """Returns the environment. Apps extend it in `<app>/jinja2tags.py`, as Wagtail does."""
    env = Environment(trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701 (settings: autoescape)
    env.policies.update({"ext.i18n.trimmed": True, "json.dumps_kwargs": {"ensure_ascii": False}})
    # The old style: a sentence is escaped with its values as a whole, and costs a third of the new.
    env.install_gettext_callables(
        translation.gettext,
        translation.ngettext,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals.update(
        _=translation.gettext,
        date_parts=date_parts,
        get_language=translation.get_language,
        page_links=page_links,
        static=cache(static),
        url=url,
    )
    env.filters.update(
        capfirst=capfirst,
        filesizeformat=filesizeformat,
        linebreaksbr=linebreaksbr,
        truncatechars=truncatechars,
        typo=typo,
        urlize=urlize,
    )
    return env


class Indentation(Extension):
    """Leaves out what indents the lines of a template: a tenth of a list's HTML."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)


def url(name: str, *args: str | int) -> str:
    """Django's `{% url %}`."""
    return reverse(name, args=args)
