"""« En bref » by mail, in everybody's choices: for those who ask for it."""

from django.utils.translation import gettext_lazy as _

from notifications.kinds import Kind, register
from notifications.models import Channel

BRIEF = "brief"

register(
    Kind(
        BRIEF,
        _("“In brief”: the day’s or the week’s issue"),
        Channel.OFF,
        offered_to=lambda viewer: viewer.is_authenticated,
        opt_in=True,
        channels=(Channel.DAILY, Channel.WEEKLY, Channel.OFF),
    )
)
