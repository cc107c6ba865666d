"""Commands: every change of what members are and may do. Permission is checked here.

PermissionDenied: this viewer may not (views answer 404). ValidationError: it cannot be done, with a sentence.
A decision is in force at the next request: `viewer_for` reads the database.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import require_permission
from taxonomy.models import Department, Profession, Specialty

from . import rpps as rpps_numbers
from .access import Viewer
from .documents import document_kind
from .mails import tell_closed
from .models import Practice, Profile, User, Verification, VerificationDecision, VerificationDocument
from .signals import verification_decided, verification_requested

MAX_PRACTICES = 10
NAME_STAYS = gettext_lazy("Your profession was checked in this name. To change it, write to the managers.")
State = Verification.State


def _user_id(viewer: Viewer) -> int:
    if viewer.user_id is None:
        raise PermissionDenied
    return viewer.user_id


# --- One's own account -------------------------------------------------------------------------------------


@transaction.atomic
def member_register(*, user: User) -> Profile:
    """A new account whose owner has just accepted the terms."""
    user.terms_accepted_at = timezone.now()
    user.save(update_fields=["terms_accepted_at"])
    return Profile.objects.get_or_create(user=user)[0]


@transaction.atomic
def profile_update(
    *,
    viewer: Viewer,
    first_name: str,
    last_name: str,
    findable: bool,
    presentation: str = "",
    town: str = "",
) -> Profile:
    """A name that managers check, or have checked, stays: a verified account speaks for one person."""
    user = User.objects.select_for_update().get(pk=_user_id(viewer))
    if (first_name, last_name) != (user.first_name, user.last_name):
        if name_is_checked(user):
            raise ValidationError({"last_name": NAME_STAYS})
        User.objects.filter(pk=user.pk).update(first_name=first_name, last_name=last_name)
    return Profile.objects.update_or_create(
        user=user, defaults={"presentation": presentation, "town": town, "findable": findable}
    )[0]


def name_is_checked(user: User) -> bool:
    """A profession was verified in this name, or is about to be."""
    return user.verifications.filter(state__in=(State.PENDING, State.VERIFIED)).exists()


def language_choose(*, viewer: Viewer, language: str) -> None:
    """The language of mails. `language`: a key of LANGUAGES, checked by the form."""
    Profile.objects.update_or_create(user_id=_user_id(viewer), defaults={"language": language})


@transaction.atomic
def practice_add(
    *,
    viewer: Viewer,
    profession: Profession,
    specialty: Specialty | None = None,
    department: Department | None = None,
) -> Practice:
    user_id = _user_id(viewer)
    if specialty is not None and specialty.profession_id != profession.pk:
        raise ValidationError({"specialty": _("This specialty belongs to another profession.")})
    User.objects.select_for_update().get(pk=user_id)  # one at a time, for the count
    held = Practice.objects.filter(user_id=user_id)
    if held.count() >= MAX_PRACTICES:
        raise ValidationError(_("Ten practices are the most that an account holds: remove one first."))
    practice = {"profession": profession, "specialty": specialty, "department": department}
    if held.filter(**practice).exists():
        raise ValidationError(_("Your account already holds this practice."))
    return Practice.objects.create(user_id=user_id, **practice)


@transaction.atomic
def practice_remove(*, viewer: Viewer, practice_id: int) -> None:
    """Removes a practice. A request that waits for its profession goes too; what was verified stays."""
    user_id = _user_id(viewer)
    practice = Practice.objects.filter(user_id=user_id, pk=practice_id).first()
    if practice is None:
        raise PermissionDenied
    practice.delete()
    profession_id = practice.profession_id
    if not Practice.objects.filter(user_id=user_id, profession_id=profession_id).exists():
        for waiting in _own_waiting(user_id).filter(profession_id=profession_id):
            _withdraw(waiting)


# --- Verification ------------------------------------------------------------------------------------------


@transaction.atomic
def verification_request(
    *,
    viewer: Viewer,
    profession: Profession,
    rpps: str = "",
    message: str = "",
    document: UploadedFile | None = None,
) -> Verification:
    """Asks the managers to verify one of one's professions; again after a refusal or a withdrawal."""
    user_id = _user_id(viewer)
    if not Practice.objects.filter(user_id=user_id, profession=profession).exists():
        raise ValidationError({"profession": _("Add this profession to your practices first.")})
    if not (rpps or message or document):
        raise ValidationError(
            _("Give your number, a document or a message: managers need something to check.")
        )
    verification, created = Verification.objects.select_for_update().get_or_create(
        user_id=user_id, profession=profession
    )
    if not created and verification.state == State.VERIFIED:
        raise ValidationError({"profession": _("This profession is already verified.")})
    if not created and verification.state == State.PENDING:
        raise ValidationError({"profession": _("Your request already waits for an answer.")})
    verification.state, verification.method, verification.note = State.PENDING, "", ""
    verification.rpps, verification.message = clean_rpps(rpps), message
    verification.requested_at = timezone.now()
    verification.decided_at = verification.decided_by = None
    verification.save()
    if document is not None:
        _attach(verification, document)
    verification_requested.send(Verification, verification=verification)
    return verification


def clean_rpps(typed: str) -> str:
    """Eleven digits, or nothing for nothing. ValidationError under the key `rpps`."""
    if not typed:
        return ""
    try:
        return rpps_numbers.normalize(typed)
    except ValueError as error:
        raise ValidationError(
            {"rpps": _("An RPPS number has eleven digits. It is on your professional card.")}
        ) from error


def _attach(verification: Verification, document: UploadedFile) -> None:
    try:
        kind = document_kind(document)
    except ValidationError as error:
        raise ValidationError({"document": error.messages}) from error
    VerificationDocument.objects.create(verification=verification, kind=kind, file=document)


@transaction.atomic
def verification_withdraw(*, viewer: Viewer, verification_id: int) -> None:
    """Takes one's own waiting request back, with its document."""
    verification = _own_waiting(_user_id(viewer)).filter(pk=verification_id).first()
    if verification is None:
        raise PermissionDenied
    _withdraw(verification)


def _own_waiting(user_id: int) -> QuerySet[Verification]:
    return Verification.objects.select_for_update().filter(user_id=user_id, state=State.PENDING)


def _withdraw(verification: Verification) -> None:
    """Back to what was decided before, or to nothing."""
    last = verification.decisions.first()
    if last is None:
        verification.delete()
        return
    verification.state, verification.note = last.state, last.note
    verification.decided_at, verification.decided_by = last.decided_at, last.decided_by
    verification.rpps = verification.message = ""
    verification.save()
    for document in VerificationDocument.objects.filter(verification=verification):
        document.delete()


def verification_approve(
    *, viewer: Viewer, verification_id: int, method: str, note: str = ""
) -> Verification:
    """`method`: how the managers made sure, a value of `Verification.Method`."""
    if method not in Verification.Method.values:
        raise ValidationError({"method": _("Say how you made sure.")})
    return _decide(viewer, verification_id, State.PENDING, State.VERIFIED, method, note)


def verification_refuse(*, viewer: Viewer, verification_id: int, note: str) -> Verification:
    return _decide(viewer, verification_id, State.PENDING, State.REFUSED, "", note)


def verification_revoke(*, viewer: Viewer, verification_id: int, note: str) -> Verification:
    """What was verified no longer counts: the next request of that member reads as a visitor's."""
    return _decide(viewer, verification_id, State.VERIFIED, State.REVOKED, "", note)


@transaction.atomic
def _decide(
    viewer: Viewer, verification_id: int, before: str, after: str, method: str, note: str
) -> Verification:
    require_permission(viewer.is_manager)
    rows = Verification.objects.select_for_update(of=("self",)).select_related("user", "profession")
    verification = rows.filter(pk=verification_id).first()
    if verification is None:
        raise PermissionDenied
    if verification.user_id == viewer.user_id:
        raise ValidationError(_("Another manager decides about your own profession."))
    if verification.state != before:
        raise ValidationError(_("Somebody has already decided: read it again."))
    if after != State.VERIFIED and not note.strip():
        raise ValidationError({"note": _("Give the reason: the member will read it.")})
    verification.state, verification.note = after, note.strip()
    verification.method = method if after == State.VERIFIED else verification.method
    verification.decided_at, verification.decided_by_id = timezone.now(), viewer.user_id
    verification.save()
    VerificationDecision.objects.create(
        verification=verification,
        state=after,
        method=method,
        note=verification.note,
        decided_at=verification.decided_at,
        decided_by_id=viewer.user_id,
    )
    for document in VerificationDocument.objects.filter(verification=verification):
        document.delete()
    verification_decided.send(Verification, verification=verification)
    return verification


# --- Closing an account ------------------------------------------------------------------------------------


@transaction.atomic
def user_deactivate(*, viewer: Viewer, user_id: int, note: str) -> User:
    """Closes an account: its sessions end, it reads as a visitor. Staff accounts are for administrators."""
    require_permission(viewer.is_manager)
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None or not user.is_active:
        raise PermissionDenied
    if user.pk == viewer.user_id or user.is_superuser or user.groups.exists():
        raise ValidationError(_("Only an administrator closes this account, in the admin."))
    if not note.strip():
        raise ValidationError({"note": _("Give the reason: the member will read it.")})
    user.is_active = False
    user.save(update_fields=["is_active"])
    for document in VerificationDocument.objects.filter(verification__user=user):
        document.delete()
    tell_closed(user, note.strip())
    return user
