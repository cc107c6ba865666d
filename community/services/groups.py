"""Creating groups and changing whom they are for."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from secrets import token_hex
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import require_permission
from core.optimistic_lock import check_conflict
from core.text import clean_text, one_line, slug_of
from members.access import Viewer
from members.models import User
from taxonomy.models import Profession

from .. import richtext
from ..access import permissions_for
from ..models import Group, Membership, Thread
from ..permissions import VISIBILITIES
from .common import reindex, require_user_id
from .memberships import add_leader

NAME_MIN, NAME_MAX = 3, 80
SENT_TWICE = timedelta(minutes=10)


@transaction.atomic
def group_create(
    *,
    viewer: Viewer,
    name: str,
    visibility: str = Group.Visibility.OPEN,
    parent: Group | None = None,
    professions: Sequence[Profession] = (),
    description: str = "",
    rules: str = "",
    leaders: Iterable[User] = (),
    slug: str = "",
) -> Group:
    """A new group, or a subgroup of `parent`. Managers create groups; leaders create subgroups of theirs.

    Without professions a group is for all of them, a subgroup for those of its parent. `rules` is HTML.
    """
    perms = permissions_for(viewer, parent) if parent is not None else None
    require_permission(perms.can_moderate if perms is not None else viewer.is_manager)
    professions = _check_fit(parent, visibility, professions)
    leaders = list(leaders)
    if visibility == Group.Visibility.SECRET and not leaders:
        raise ValidationError(
            {"leaders": _("Name a leader: nobody else, managers included, will see a secret group.")}
        )
    name = _clean_name(name)
    _refuse_twice(viewer, parent, name)
    group = _create_with_own_slug(
        slug,
        name=name,
        parent=parent,
        visibility=visibility,
        description=clean_text(description).strip(),
        rules=richtext.sanitize(rules),
        created_by_id=viewer.user_id,
    )
    group.professions.set(professions)
    for user in leaders:
        add_leader(group, user, by=viewer)
    return group


def _refuse_twice(viewer: Viewer, parent: Group | None, name: str) -> None:
    """A form sent twice makes one group.

    Only the creator's own are looked at: others may be secret, and so may be what became of one's own.
    """
    User.objects.select_for_update().get(pk=require_user_id(viewer))  # one at a time
    known = Q(pk__in=Group.objects.visible_ids(viewer)) | Q(created_at__gte=timezone.now() - SENT_TWICE)
    own = Group.objects.filter(known, created_by_id=viewer.user_id, parent=parent)
    if own.filter(name__iexact=name).exists():
        raise ValidationError({"name": _("You have already created a group of this name.")})


@transaction.atomic
def group_update(
    *,
    viewer: Viewer,
    group: Group,
    name: str,
    description: str = "",
    rules: str = "",
    visibility: str | None = None,
    professions: Sequence[Profession] | None = None,
    widen: bool = False,
    expected_version: str = "",
) -> Group:
    """Leaders change how the group presents itself; managers also whom it is for (None: as it is).

    More people reading what was written for fewer needs `widen`: somebody said so on purpose.
    `expected_version`: see `core.optimistic_lock`.
    """
    group = Group.objects.select_for_update(of=("self",)).select_related("parent").get(pk=group.pk)
    perms = permissions_for(viewer, group)
    require_permission(perms.can_moderate)
    searched = _searched(group)
    texts = _clean_name(name), clean_text(description).strip(), richtext.sanitize(rules)
    check_conflict(group, texts, expected_version)
    group.name, group.description, group.rules = texts
    if visibility is not None or professions is not None:
        require_permission(perms.can_manage)
        _change_readers(viewer, group, visibility or group.visibility, professions, widen=widen)
    group.save()
    if _searched(group) != searched:
        reindex(Thread.objects.filter(group=group).values_list("pk", flat=True))
    return group


def _searched(group: Group) -> tuple[str, set[int]]:
    """What documents of threads say of their group. Not who reads it: each search asks the database."""
    return group.name, set(group.professions.values_list("pk", flat=True))


def _change_readers(
    viewer: Viewer, group: Group, visibility: str, professions: Sequence[Profession] | None, *, widen: bool
) -> None:
    before = set(group.professions.all())
    wanted = _check_fit(group.parent, visibility, before if professions is None else professions)
    hidden = _check_subgroups(viewer, group, visibility, set(wanted))
    wider = _rank(visibility) < _rank(group.visibility) or (
        visibility == Group.Visibility.OPEN and bool(before) and not (wanted and set(wanted) <= before)
    )
    if wider and not widen and Thread.objects.filter(group=group).exists():
        raise ValidationError(
            {"widen": _("More people will read what is already written here. Confirm, or leave it as it is.")}
        )
    group.visibility = visibility
    group.professions.set(wanted)
    for subgroup in hidden:
        theirs = [profession for profession in subgroup.professions.all() if profession in wanted]
        subgroup.professions.set(theirs or wanted)
    if visibility != Group.Visibility.OPEN:
        _leave_subgroups_without_parent(group)


def _check_fit(parent: Group | None, visibility: str, professions: Iterable[Profession]) -> list[Profession]:
    """Professions of a group of that visibility under that parent; an error says what does not fit."""
    professions = list(professions)
    if visibility not in VISIBILITIES:
        raise ValidationError({"visibility": _("Choose who sees the group.")})
    if parent is None:
        return professions
    if parent.parent_id is not None:
        raise ValidationError({"parent": _("A subgroup cannot have subgroups of its own.")})
    if _rank(visibility) < _rank(parent.visibility):
        raise ValidationError({"visibility": _("A subgroup is never more visible than its parent group.")})
    allowed = list(parent.professions.all())
    if allowed and not set(professions) <= set(allowed):
        raise ValidationError({"professions": _("Choose among the professions of the parent group.")})
    return professions or allowed


def _check_subgroups(
    viewer: Viewer, group: Group, visibility: str, professions: set[Profession]
) -> list[Group]:
    """Refuses what subgroups do not fit. Of those that the viewer does not know of, an error would tell:
    they are returned, to be changed with their parent.
    """
    known, hidden = set(Group.objects.visible_ids(viewer)), []
    for subgroup in group.subgroups.prefetch_related("professions"):
        if _rank(subgroup.visibility) < _rank(visibility):
            raise ValidationError(
                {"visibility": _("A subgroup is more visible than that: change the subgroups first.")}
            )
        theirs = set(subgroup.professions.all())
        if not professions or (theirs and theirs <= professions):
            continue
        if subgroup.pk not in known:
            hidden.append(subgroup)
        else:
            raise ValidationError(
                {"professions": _("A subgroup is for other professions too: change the subgroups first.")}
            )
    return hidden


def _leave_subgroups_without_parent(group: Group) -> None:
    inside = group.memberships.members().values("user_id")
    Membership.objects.filter(group__parent=group).exclude(user_id__in=inside).delete()


def _rank(visibility: str) -> int:
    return VISIBILITIES.index(visibility)


def _clean_name(name: str) -> str:
    name = one_line(name)
    limit = NAME_MAX
    if not NAME_MIN <= len(name) <= limit or not slug_of(name):
        raise ValidationError(
            {"name": _("Give a name of %(min)s to %(max)s characters.") % {"min": NAME_MIN, "max": limit}}
        )
    return name


def _create_with_own_slug(slug: str, **fields: Any) -> Group:
    """Creates a group; its slug is the one given, or made of its name and a random end.

    A bare name, or one with a number, would tell that another group of that name exists or does not. The slug
    of a secret group is random altogether: addresses stand in logs and histories.
    """
    words = "" if fields["visibility"] == Group.Visibility.SECRET else slug_of(fields["name"])[:70]
    for _attempt in range(5):
        own = slug or f"{words}-{token_hex(2 if words else 4)}".strip("-")
        try:
            with transaction.atomic():
                return Group.objects.create(slug=own, **fields)
        except IntegrityError:
            if slug:
                raise
    raise ValidationError({"name": _("Others are creating groups of this name: try again.")})
