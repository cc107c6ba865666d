"""Threads of a list and messages of a thread: one tag draws each, as they stand on a page by the score."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from home.templatetags.components import drawn_date, icon, tone
from home.templatetags.rows import markup, optional

from ..models import Thread
from ..presentation import PostView
from ..rows import ThreadRow

register = template.Library()


@register.simple_tag
def thread_rows(rows: Iterable[ThreadRow], in_group: bool = False, waiting: bool = False) -> SafeString:
    """Threads of a list.

    `in_group`: their group need not be named, and what is pinned there says so.
    `waiting`: none in the list has a reply.
    """
    now, language = timezone.localtime(), get_language()
    return SafeString("".join([_row(row, in_group, waiting, now, language) for row in rows]))


def _row(row: ThreadRow, in_group: bool, waiting: bool, now: datetime, language: str | None) -> SafeString:
    thread = row.thread
    return markup(
        '<article class="result" data-kind="thread" data-id="{pk}">\n'
        '  <h3><a href="{url}">{title}</a></h3>\n'
        '  <div class="line">{pinned}{group}{asked}{answered}{replies}{solved}{locked}'
        "<span>{date}</span></div>\n</article>\n",
        pk=thread.pk,
        url=thread.get_absolute_url(),
        title=thread.title,
        pinned=_mark(icon("pin"), _("Pinned")) if thread.pinned and in_group else "",
        group="" if in_group else markup("<strong>{}</strong>", thread.group.name),
        asked=optional('<span class="asks">{}{}</span>', icon("hand"), row.asked),
        answered=optional("<span>{}</span>", row.answered),
        replies="" if waiting else markup("<span>{}</span>", row.replies),
        solved=_mark(icon("circle-check"), _("Answer found")) if thread.accepted_post_id else "",
        locked=_mark(icon("lock"), _("Closed")) if thread.locked else "",
        date=drawn_date(thread.last_activity_at, now, language),
    )


def _mark(sign: SafeString, words: str) -> SafeString:
    return markup("<span>{}{}</span>", sign, words)


@register.simple_tag(takes_context=True)
def thread_messages(context: template.Context, views: Iterable[PostView], thread: Thread) -> SafeString:
    """Messages of a thread: who wrote each and how that was verified, its text, what its reader may do."""
    now, language = timezone.localtime(), get_language()
    return SafeString("".join([_message(context, view, thread, now, language) for view in views]))


def _message(
    context: template.Context, view: PostView, thread: Thread, now: datetime, language: str | None
) -> SafeString:
    post, words = view.post, _words(language)
    return markup(
        '<article class="post{state}" id="message-{key}" aria-labelledby="auteur-{key}">\n{flag}\n'
        '<div class="byline"><span class="avatar {tone}" aria-hidden="true">{initials}</span>'
        '<div><b id="auteur-{key}">{name}</b>{proof}<small>{detail}{date}{edited}</small></div></div>\n'
        '<div class="text">{body}</div>\n<div class="acts">\n{acts}\n'
        '<a class="permalink" href="{url}">#{number}<span class="visually-hidden"> {permalink}</span></a>\n'
        "</div>\n</article>\n",
        state=optional(" {}", view.state),
        key=view.key,
        flag=_flag(view),
        tone=tone(view.person.pk),
        initials=view.person.initials,
        name=view.person.display_name,
        proof=optional(_PROOF, icon("badge-check"), words["how"], view.proof),
        detail=optional("{} · ", view.detail),
        date=drawn_date(post.created_at, now, language),
        edited=markup(" · {} {}", _("edited"), drawn_date(post.edited_at, now, language))
        if post.edited_at
        else "",
        body=mark_safe(post.body),  # sanitized when it was written
        acts=mark_safe("\n".join(_acts(context, view, thread, words))),
        url=view.url,
        number=view.number,
        permalink=words["permalink"],
    )


_PROOF = (
    ' <details class="method"><summary>{}<span class="visually-hidden">{}</span></summary><p>{}</p></details>'
)


@cache
def _words(language: str | None) -> dict[str, str]:
    """What may stand on each message of a page."""
    return {
        "how": _("verified professional identity: how"),
        "permalink": _("address of this message"),
        "accept": _("This is the answer"),
        "report": _("Report"),
        "hide": _("Hide"),
    }


def _flag(view: PostView) -> SafeString | str:
    if view.state == "hidden":
        sign, words = icon("eye-off"), _("Hidden: %(reason)s") % {"reason": view.post.hidden_reason}
    elif view.is_answer:
        sign, words = icon("circle-check"), _("Accepted answer")
    else:
        return ""
    return markup('<p class="flag">{}{}</p>', sign, words)


def _acts(
    context: template.Context, view: PostView, thread: Thread, words: dict[str, str]
) -> Iterator[SafeString]:
    if view.accepts and view.is_answer:
        address = reverse("community_thread_unaccept", args=[thread.group.slug, thread.pk, thread.slug])
        yield _command(context, address, icon("rotate-ccw"), _("No longer the answer"))
    elif view.accepts:
        yield _command(context, f"{view.url}retenir/", icon("circle-check"), words["accept"])
    if view.edits:
        yield _link(f"{view.url}modifier/", icon("pencil"), _("Edit"))
        yield _link(f"{view.url}supprimer/", icon("trash-2"), _("Delete"))
    if view.reports:
        yield _link(f"{view.url}signaler/", icon("flag"), words["report"])
    if view.moderates and view.state == "hidden":
        restore = SafeString(' name="action" value="restore"')
        yield _command(context, f"{view.url}masquer/", icon("eye"), _("Show again"), restore)
    elif view.moderates:
        yield _link(f"{view.url}masquer/", icon("eye-off"), words["hide"])


def _link(address: str, sign: SafeString, words: str) -> SafeString:
    return markup('<a href="{}">{}{}</a>', address, sign, words)


def _command(
    context: template.Context, address: str, sign: SafeString, words: str, value: SafeString | str = ""
) -> SafeString:
    token = CsrfTokenNode().render(context)
    return markup(
        '<form method="post" action="{}">{}<button{}>{}{}</button></form>', address, token, value, sign, words
    )
