from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.text import slug_of

# Bytes: some 10,000 offers. Django keeps what is larger than 2.5 MB in a file, not in memory.
MAX_UPLOAD = 20 * 1024 * 1024


class UploadForm(forms.Form):
    """A partner's file, tried before anything is changed. `kinds`: choices of what it may hold."""

    kind = forms.ChoiceField(label=_("What the file holds"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "JSON (schema.org), CSV or .xlsx, at most 20 MB. For longer files, ask for the import_jobs or "
            "import_trainings command."
        ),
    )
    source = forms.CharField(
        label=_("Who sends it"),
        max_length=80,
        required=False,
        help_text=_(
            "Always the same name for the same partner: its references find their pages again. "
            "Empty: the name of the file."
        ),
    )
    draft = forms.BooleanField(
        label=_("Keep what is new as drafts"),
        required=False,
        help_text=_("Otherwise it is published at once."),
    )
    close_missing = forms.BooleanField(
        label=_("Close what the file no longer has"),
        required=False,
        help_text=_("Only what came from the same partner."),
    )

    def __init__(self, *args, kinds: list[tuple[str, str]], may_publish: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds
        if len(kinds) == 1:
            self.fields["kind"].initial = kinds[0][0]
        if not may_publish:
            for name in ("draft", "close_missing"):
                del self.fields[name]

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise ValidationError(_("This file is larger than 20 MB."))
        return file

    def clean(self) -> dict:
        data = super().clean()
        if not data.get("source") and (file := data.get("file")):
            data["source"] = slug_of(file.name.rpartition(".")[0] or file.name)[:80]
            if not data["source"]:
                self.add_error("source", _("Say who sends the file."))
        return data
