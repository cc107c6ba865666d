"""Who may still be told: the rules of `community.permissions` in SQL, for a count over many notifications.

The bell asks one query on every page, so nothing is loaded first. Texts come from `loaders`, through
`visible_to`; `tests/test_told.py` holds both together.
"""

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from notifications.kinds import Reader
from taxonomy.models import Theme

from ..models import Group, Membership, Post, Report, TaggedThread, Thread
from ..permissions import OPEN, PRIVATE

OBJECT = OuterRef("event__object_id")
State = Membership.State


def _is_there(objects: QuerySet) -> Q:
    """The object of the notification is among these."""
    return Q(Exists(objects.filter(pk=OBJECT).order_by()))


def _meant_for(reader: Reader) -> Q:
    """Groups for one of the reader's professions (`is_meant_for`)."""
    return Q(professions=None) | Q(professions__code__in=reader.profession_codes)


def read_groups(reader: Reader) -> QuerySet[Group]:
    """`Group.objects.readable_by` as SQL."""
    opened = Q(pk__in=reader.group_ids)
    if reader.is_verified:
        opened |= Q(visibility=OPEN) & _meant_for(reader)
    if reader.is_manager:
        opened |= Q(visibility__in=(OPEN, PRIVATE))
    return Group.objects.filter(opened)


def seen_groups(reader: Reader) -> QuerySet[Group]:
    """`Group.objects.visible_to` as SQL."""
    seen = Q(pk__in=reader.group_ids)
    if reader.is_verified:
        seen |= Q(visibility__in=(OPEN, PRIVATE)) & _meant_for(reader)
    if reader.is_manager:
        seen |= Q(visibility__in=(OPEN, PRIVATE))
    return Group.objects.filter(seen)


def _read_threads(reader: Reader) -> QuerySet[Thread]:
    return Thread.objects.published().filter(group__in=read_groups(reader).values("pk"))


def _read_posts(reader: Reader) -> QuerySet[Post]:
    posts = Post.objects.published().filter(thread__hidden_at__isnull=True, thread__deleted_at__isnull=True)
    return posts.filter(thread__group__in=read_groups(reader).values("pk"))


def reads_thread(reader: Reader) -> Q | None:
    return _is_there(_read_threads(reader))


def reads_post(reader: Reader) -> Q | None:
    return _is_there(_read_posts(reader))


def still_accepts(reader: Reader) -> Q | None:
    """Their question has a reply and no accepted answer yet."""
    own = _read_threads(reader).filter(author_id=reader.user_id, accepted_post=None, answer_count__gt=0)
    return _is_there(own)


def wrote_the_answer(reader: Reader) -> Q | None:
    answers = Thread.objects.filter(accepted_post_id=OuterRef("pk"))
    return _is_there(_read_posts(reader).filter(Exists(answers), author_id=reader.user_id))


def wrote_what_is_hidden(reader: Reader) -> Q | None:
    hidden = Q(hidden_at__isnull=False) | Q(position=1, thread__hidden_at__isnull=False)
    return _is_there(Post.objects.filter(hidden, author_id=reader.user_id, deleted_at=None))


def wrote_it(reader: Reader) -> Q | None:
    return _is_there(_read_posts(reader).filter(author_id=reader.user_id))


def wrote_in_it(reader: Reader) -> Q | None:
    """Whoever wrote in a thread knows that it was moved, even where they may not follow it."""
    wrote = Post.objects.filter(thread=OuterRef("pk"), author_id=reader.user_id, deleted_at=None)
    return _is_there(Thread.objects.published().filter(Exists(wrote)))


def is_invited(reader: Reader) -> Q | None:
    if not reader.is_verified:
        return None
    meant = Q(group__professions=None) | Q(group__professions__code__in=reader.profession_codes)
    return _is_there(Membership.objects.filter(meant, user_id=reader.user_id, state=State.INVITED))


def lets_in(reader: Reader) -> Q | None:
    """A request to join, for those who decide on it."""
    moderated = Group.objects.moderated_by(reader).values("pk")  # asks of a reader what it asks of a viewer
    return _is_there(Membership.objects.filter(state=State.REQUESTED, group__in=moderated))


def was_let_in(reader: Reader) -> Q | None:
    groups = read_groups(reader).values("pk")
    return _is_there(Membership.objects.members().filter(user_id=reader.user_id, group__in=groups))


def sees_group(reader: Reader) -> Q | None:
    return _is_there(seen_groups(reader))


def reported_it(reader: Reader) -> Q | None:
    decided = Report.objects.exclude(state=Report.State.OPEN)
    return _is_there(decided.filter(reporter_id=reader.user_id))


def decides_on_reports(reader: Reader) -> Q | None:
    return _is_there(Report.objects.open()) if reader.is_manager else None


def decides_on_themes(reader: Reader) -> Q | None:
    """`access.proposed_themes` as SQL."""
    if not reader.is_manager:
        return None
    tagged: QuerySet[Model] = TaggedThread.objects.filter(tag=OuterRef("pk"))
    read = tagged.filter(content_object__in=_read_threads(reader).values("pk"))
    proposed = Theme.objects.filter(status=Theme.Status.PROPOSED)
    return _is_there(proposed.filter(Q(Exists(read)) | ~Q(Exists(tagged))))
