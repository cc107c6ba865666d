"""The kinds of the community, each in one place. Sentences: `templates/notifications/kinds/`.

At once by mail: only what is addressed to one person.
"""

from django.utils.translation import gettext_lazy as _

from notifications.account_kinds import named
from notifications.kinds import Followable, Kind, register, register_followable
from notifications.models import Channel, Subscription

from . import conditions, loaders, recipients

AT_ONCE, DAILY, WEEKLY, OFF = Channel.AT_ONCE, Channel.DAILY, Channel.WEEKLY, Channel.OFF
Level = Subscription.Level
MANAGERS = {"offered_to": lambda viewer: viewer.is_manager}

KINDS = (
    Kind(
        "asked",
        _("A question put to my profession, in my groups"),
        OFF,
        recipients.asked_professionals,
        conditions.reads_thread,
        loaders.threads,
        opt_in=True,
    ),
    Kind(
        "first_reply",
        _("The first reply to my question"),
        AT_ONCE,
        recipients.author_at_first_reply,
        conditions.reads_post,
        loaders.posts,
    ),
    Kind(
        "accepted",
        _("My reply is the accepted answer"),
        AT_ONCE,
        recipients.author_of_post,
        conditions.wrote_the_answer,
        loaders.posts,
    ),
    Kind(
        "reply",
        _("A reply in a discussion that I follow"),
        DAILY,
        recipients.followers,
        conditions.reads_post,
        loaders.posts,
    ),
    Kind(
        "new_thread",
        _("A new discussion in a group or of a theme that I follow"),
        DAILY,
        recipients.followers_of_firsts,
        conditions.reads_thread,
        loaders.threads,
    ),
    Kind(
        "please_accept",
        _("A reminder to choose the answer to my question"),
        WEEKLY,
        recipients.author_of_thread,
        conditions.still_accepts,
        loaders.threads,
    ),
    Kind(
        "invitation",
        _("An invitation to a group"),
        AT_ONCE,
        named,
        conditions.is_invited,
        loaders.invitations,
    ),
    Kind(
        "join_request",
        _("A request to join a group that I lead"),
        AT_ONCE,
        recipients.leaders,
        conditions.lets_in,
        loaders.requests,
    ),
    Kind(
        "request_accepted",
        _("My request to join a group is accepted"),
        AT_ONCE,
        named,
        conditions.was_let_in,
        loaders.let_in,
    ),
    Kind(
        "request_refused",
        _("My request to join a group is refused"),
        AT_ONCE,
        named,
        conditions.sees_group,
        loaders.groups,
    ),
    Kind(
        "hidden",
        _("What I wrote was hidden"),
        AT_ONCE,
        named,
        conditions.wrote_what_is_hidden,
        loaders.own_posts,
    ),
    Kind(
        "restored",
        _("What I wrote is shown again"),
        AT_ONCE,
        named,
        conditions.wrote_it,
        loaders.own_posts,
    ),
    Kind(
        "moved",
        _("A discussion in which I wrote was moved"),
        AT_ONCE,
        recipients.writers,
        conditions.wrote_in_it,
        loaders.moved_threads,
    ),
    Kind(
        "report_decided",
        _("What becomes of my report"),
        AT_ONCE,
        named,
        conditions.reported_it,
        loaders.own_reports,
    ),
    Kind(
        "report_waits",
        _("A message was reported"),
        AT_ONCE,
        recipients.all_managers,
        conditions.decides_on_reports,
        loaders.reports,
        **MANAGERS,
    ),
    Kind(
        "theme_waits",
        _("A theme was proposed"),
        WEEKLY,
        recipients.all_managers,
        conditions.decides_on_themes,
        loaders.themes,
        **MANAGERS,
    ),
)

FOLLOWED, FIRST, NORMAL, MUTED = Level.FOLLOWED, Level.FIRST, Level.NORMAL, Level.MUTED
FOLLOWABLES = (
    Followable("thread", _("Discussion"), (FOLLOWED, NORMAL, MUTED), loaders.followed_threads),
    Followable("group", _("Group"), (FOLLOWED, FIRST, NORMAL, MUTED), loaders.followed_groups),
    Followable(
        "theme",
        _("Theme"),
        (FOLLOWED, FIRST, NORMAL, MUTED),
        loaders.followed_themes,
        offer=loaders.listed_themes,
    ),
)


def register_all() -> None:
    register(*KINDS)
    register_followable(*FOLLOWABLES)
