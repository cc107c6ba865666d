"""The kind of mail that alerts are, in everybody's choices."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from notifications.kinds import Kind, register
from notifications.models import Channel

SAVED_SEARCH = "saved_search"
_MAILS = (Channel.DAILY, Channel.WEEKLY)

# How often is chosen for each search; here they are stopped altogether.
register(
    Kind(
        SAVED_SEARCH,
        _("What is new in my saved searches"),
        Channel.DAILY,
        offered_to=lambda viewer: viewer.is_authenticated,
        channels=(Channel.DAILY, Channel.SITE),
    )
)


def sends_mail(channels: Mapping[str, str], kind: str) -> bool:
    return channels.get(kind) in _MAILS
