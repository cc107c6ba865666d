"""Values of a record on a page, and the page's versions: live, draft, scheduled."""

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from wagtail.blocks import StreamValue
from wagtail.models import Revision
from wagtail.rich_text import RichText

from home.editorial import EditorialPage

# What a record holds: names of fields; `body` as HTML; relations as lists of objects; `sessions` as mappings.
Values = Mapping[str, Any]
RELATIONS = {"professions", "specialties", "themes"}
CHILDREN = {"sessions"}


def fill_new(page: EditorialPage, values: Values) -> None:
    for name, value in values.items():
        _set(page, name, value)


def fill(page: EditorialPage, values: Values, names: Iterable[str]) -> bool:
    """Sets these values on the page, unsaved. Whether anything changed."""
    changed = [name for name in names if not _is_set(page, name, values[name])]
    for name in changed:
        _set(page, name, values[name])
    return bool(changed)


def _is_set(page: EditorialPage, name: str, value: Any) -> bool:
    current = getattr(page, name)
    if name == "body":
        return [block.value.source for block in _paragraphs(page)] == ([value] if value else [])
    if name in RELATIONS:
        return {row.pk for row in current.all()} == {row.pk for row in value}
    if name in CHILDREN:
        children = list(current.all())
        return len(children) == len(value) and all(map(_says, children, value))
    return current == value


def _set(page: EditorialPage, name: str, value: Any) -> None:
    if name == "body":
        page.body = _body(page, value)
    elif name in RELATIONS:
        getattr(page, name).set(value)
    elif name in CHILDREN:
        setattr(page, name, _children(getattr(page, name), value))
    else:
        setattr(page, name, value)


def _paragraphs(page: EditorialPage) -> list[Any]:
    return [block for block in page.body if block.block_type == "paragraph"]


def _body(page: EditorialPage, value: str) -> StreamValue:
    """The partner's text in the place of the first paragraph, whose id stays, among what editors added."""
    first = next(iter(_paragraphs(page)), None)
    text = [("paragraph", RichText(value), first.id if first else None)] if value else []
    blocks = []
    for block in page.body:
        if block is first:
            blocks += text
        elif block.block_type != "paragraph":
            blocks.append((block.block_type, block.value, block.id))
    return StreamValue(page.body.stream_block, blocks if first else [*text, *blocks])


def _says(child: Model, values: Mapping[str, Any]) -> bool:
    return all(getattr(child, key) == value for key, value in values.items())


def _children(current: Any, wanted: list[dict[str, Any]]) -> list[Model]:
    """The children wanted, each in the row that was it before: calendars and editors know it by its id.

    The same values, else the same first day, else, where as many are left on both sides, the same position.
    """
    left = list(current.all())
    taken: dict[int, Model] = {}
    for is_it in (_says, lambda child, values: child.starts_on == values["starts_on"]):
        for number, values in enumerate(wanted):
            if number not in taken and (child := next((one for one in left if is_it(one, values)), None)):
                left.remove(child)
                taken[number] = child
    missing = [number for number in range(len(wanted)) if number not in taken]
    if len(missing) == len(left):
        taken |= dict(zip(missing, left, strict=True))
    children = [taken.get(number) or current.model() for number in range(len(wanted))]
    for number, (child, values) in enumerate(zip(children, wanted, strict=True)):
        for key, value in (values | {"sort_order": number}).items():
            setattr(child, key, value)
    return children


def fingerprints(values: Values) -> dict[str, str]:
    """A short digest of each value: what is kept to know next time which of them the partner changed."""
    return {name: _digest(value) for name, value in values.items()}


def _digest(value: Any) -> str:
    text = json.dumps(value, default=_plain, sort_keys=True)
    return blake2b(text.encode(), digest_size=6).hexdigest()


def _plain(value: Any) -> str:
    return getattr(value, "slug", None) or str(value)


def field_problems(page: EditorialPage, names: Iterable[str]) -> dict[str, str]:
    """What the model's own fields refuse of these values: lengths, addresses, numbers of digits."""
    wanted = set(names) - RELATIONS - CHILDREN - {"body"}
    exclude = {
        field.name for field in page._meta.get_fields() if field.name not in wanted or field.is_relation
    }
    try:
        page.clean_fields(exclude=exclude)
    except ValidationError as error:
        return messages(error)
    return {}


def messages(error: ValidationError) -> dict[str, str]:
    """Field → its messages in one line."""
    texts_of = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
    return {name: " ".join(map(str, texts)) for name, texts in texts_of.items()}


def prepare_new(page: EditorialPage, *, live: bool, user: AbstractBaseUser | None) -> None:
    """`page`: filled, and its fields checked."""
    page.fields_checked = True
    page.live = live
    page.owner = user
    page.has_unpublished_changes = not live
    if live:
        page.first_published_at = page.last_published_at = timezone.now()


def update(
    page: EditorialPage,
    values: Values,
    names: Iterable[str],
    *,
    user: AbstractBaseUser | None,
    reopen: bool = False,
) -> Revision | None:
    """Brings the partner's changes to the page and to the draft an editor may have begun. None: no change.

    What is not live stays so, unless `reopen`: an editor took it down, or has not published it yet.
    """
    names = list(names)
    waiting = page.get_latest_revision() if page.has_unpublished_changes or not page.live else None
    revision = None
    if page.live or reopen:
        if fill(page, values, names) or reopen:
            revision = page.save_revision(user=user)
            revision.publish(user=user, log_action=False)
        if page.live and waiting is None:
            return revision
    if reopen:
        return revision
    draft = waiting.as_object() if waiting else page
    if not fill(draft, values, names) and revision is None:
        return None
    return _save_draft(draft, waiting, user)


def _save_draft(draft: EditorialPage, waiting: Revision | None, user: AbstractBaseUser | None) -> Revision:
    """A new latest version that is not live; a scheduled publication follows it."""
    go_live_at = waiting.approved_go_live_at if waiting else None
    if go_live_at:
        Revision.objects.filter(pk=waiting.pk).update(approved_go_live_at=None)
    return draft.save_revision(user=user, approved_go_live_at=go_live_at, clean=False)
