"""One page of a thread: the question, the accepted answer under it, twenty replies."""

from dataclasses import dataclass
from math import ceil

from django.db.models import Count, Q, QuerySet, Window

from core.compiled_query import compiled_query
from taxonomy.models import Theme

from .models import Post, Thread
from .models.threads import POSTS_PER_PAGE
from .permissions import GroupPermissions
from .presentation import PostPresenter, present_posts
from .requested_professions import RequestedProfession, answered_label, requested_professions

RELATED = 4
# What is shown of a post and its author.
_POST_FIELDS = (
    "thread_id",
    "profession_id",
    "position",
    "body",
    "created_at",
    "edited_at",
    "hidden_at",
    "hidden_reason",
    "deleted_at",
    "author__first_name",
    "author__last_name",
    "author__is_active",
)


@dataclass(slots=True)
class ThreadPage:
    number: int
    pages: int
    posts: list[PostPresenter]  # on the first page, the accepted answer stands under the question
    asked: list[RequestedProfession]
    answered: str

    @property
    def last_position(self) -> int:
        """The last message read by who reads the page; an accepted answer of a later page is not it."""
        is_last = self.number == self.pages
        return max(shown.post.position for shown in self.posts if is_last or not shown.is_answer)


def thread_page(thread: Thread, perms: GroupPermissions, number: int) -> ThreadPage:
    """Reads one page of a thread that its reader may open; a number out of range gives the nearest page."""
    if number <= 1:
        number, shown = 1, _first_page(thread, perms)
    elif not (shown := _later_page(_posts(thread, perms), number)):
        replies = _posts(thread, perms).filter(position__gt=1).count()
        return thread_page(thread, perms, ceil(replies / POSTS_PER_PAGE))
    pages = max(1, ceil(shown[0].replies / POSTS_PER_PAGE)) if shown else 1
    posts = present_posts(shown, thread, perms)
    asked = requested_professions([thread], shown if pages == 1 else None)[thread.pk]
    if number == 1:
        posts.sort(key=lambda one: (not one.post.is_question, not one.is_answer))
    return ThreadPage(
        number=number,
        pages=pages,
        posts=posts,
        asked=asked,
        answered=answered_label(asked),
    )


def _first_page(thread: Thread, perms: GroupPermissions) -> list[Post]:
    """Question, replies, and the accepted answer wherever it stands."""
    head = compiled_query(_first_posts, thread.pk, perms.viewer.user_id or 0, perms.can_moderate)
    questions = [post for post in head if post.is_question]
    shown = questions + [post for post in head if not post.is_question][:POSTS_PER_PAGE]
    if thread.accepted_post_id and all(post.pk != thread.accepted_post_id for post in shown):
        shown += _posts(thread, perms).filter(pk=thread.accepted_post_id)
    return shown


def _later_page(posts: QuerySet[Post], number: int) -> list[Post]:
    start = (number - 1) * POSTS_PER_PAGE
    return list(posts.filter(position__gt=1)[start : start + POSTS_PER_PAGE])


def page_of(post: Post, perms: GroupPermissions) -> int:
    """The page of its thread where a post stands, for this reader."""
    if post.is_question:
        return 1
    before = _posts(post.thread, perms).filter(position__gt=1, position__lt=post.position).count()
    return before // POSTS_PER_PAGE + 1


def post_url(post: Post, perms: GroupPermissions) -> str:
    """A post on the page of its thread where it stands for this reader."""
    number = page_of(post, perms)
    page = f"?page={number}" if number > 1 else ""
    return f"{post.thread.get_absolute_url()}{page}#message-{post.pk}"


def related_threads(thread: Thread) -> list[Thread]:
    """What is being talked about beside a thread that its reader has opened: in the same group."""
    related = compiled_query(_others, thread.group_id, thread.pk)
    for other in related:
        other.group = thread.group
    return related


def _others(group_id: int, pk: int) -> QuerySet[Thread]:
    others = Thread.objects.published().filter(group_id=group_id).exclude(pk=pk)
    return others.recent_first().only("title", "slug", "group_id")[:RELATED]


def themes_of(thread: Thread) -> list[Theme]:
    return compiled_query(_themes, thread.pk)


def _themes(pk: int) -> QuerySet[Theme]:
    return Theme.objects.filter(community_threads=pk)


def _posts(thread: Thread, perms: GroupPermissions) -> QuerySet[Post]:
    """The thread is known to be open to its reader; only single posts can be out of sight."""
    return _posts_of(thread.pk, perms.viewer.user_id or 0, perms.can_moderate)


def _posts_of(thread_id: int, reader_id: int, moderates: bool) -> QuerySet[Post]:
    """Each says how many replies there are on all pages (`replies`)."""
    posts = Post.objects.of_thread(thread_id, reader_id, moderates).select_related("author")
    replies = Window(Count("pk", filter=Q(position__gt=1)))
    return posts.only(*_POST_FIELDS).annotate(replies=replies).order_by("position")


def _first_posts(thread_id: int, reader_id: int, moderates: bool) -> QuerySet[Post]:
    return _posts_of(thread_id, reader_id, moderates)[: POSTS_PER_PAGE + 1]
