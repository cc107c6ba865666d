"""The four sections of the portal."""

from django.utils.translation import gettext_lazy as _

# Key (the `section` of a page's context), URL, label, icon.
SECTIONS = (
    ("news", "/actualites/", _("News"), "newspaper"),
    ("jobs", "/emplois/", _("Jobs"), "briefcase-medical"),
    ("trainings", "/formations/", _("Trainings"), "graduation-cap"),
    ("community", "/communaute/", _("Community"), "messages-square"),
)


def section_of(path: str) -> str:
    """Returns the key of the section that a path belongs to, "home" for the front page, else ""."""
    if path == "/":
        return "home"
    return next((key for key, url, *_ in SECTIONS if path.startswith(url)), "")
