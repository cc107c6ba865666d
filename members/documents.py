"""Files that prove a profession: what is accepted, where they lie, how they go.

They lie outside of MEDIA_ROOT, under names that tell nothing, and leave by a view that checks who asks.
"""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.models import private_storage

__all__ = ["delete_file_on_commit", "document_kind", "document_path", "private_storage"]

MAX_BYTES = 5 * 1024 * 1024
# What each accepted file begins with, and how it is served.
KINDS = {
    "pdf": (b"%PDF-", "application/pdf"),
    "jpg": (b"\xff\xd8\xff", "image/jpeg"),
    "png": (b"\x89PNG\r\n\x1a\n", "image/png"),
}
ACCEPT = ".pdf,.jpg,.jpeg,.png"


def document_path(instance: Any, filename: str) -> str:
    """A random name: neither the sender's nor one that can be guessed."""
    return f"verifications/{secrets.token_hex(16)}.{instance.kind}"


def document_kind(upload: UploadedFile) -> str:
    """Key of `KINDS`, told from the content. ValidationError, with a sentence, when it is not accepted."""
    if upload.size is None or upload.size > MAX_BYTES:
        raise ValidationError(_("This file is larger than 5 MB: send a smaller one."), code="too_large")
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    for kind, (magic, _content_type) in KINDS.items():
        if head.startswith(magic):
            return kind
    raise ValidationError(_("Send a PDF, a JPEG or a PNG: this file is none of them."), code="kind")


def delete_file_on_commit(sender: type, instance: Any, **kwargs: Any) -> None:
    """`post_delete` of a document: its file goes too, unless the deletion is rolled back."""
    storage, name = instance.file.storage, instance.file.name
    if name:
        transaction.on_commit(lambda: storage.delete(name))
