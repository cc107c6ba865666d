"""Forms of the verification: asking for it, deciding about it."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from taxonomy.models import Profession

from ..documents import ACCEPT, document_kind
from ..models import Verification
from ..services import clean_rpps


class VerificationRequestForm(forms.Form):
    profession = forms.ModelChoiceField(
        label=_("Profession to verify"), queryset=Profession.objects.none(), empty_label=None
    )
    rpps = forms.CharField(
        label=_("RPPS number"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Eleven digits. It helps to find you in the register, but proves nothing by itself."),
    )
    document = forms.FileField(
        label=_("Document"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_(
            "Professional card, registration with your order, diploma or recent certificate:"
            " PDF, JPEG or PNG, 5 MB at most. Only the managers see it; it is deleted once they have decided."
        ),
    )
    message = forms.CharField(
        label=_("Message to the managers"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example your employer’s switchboard, where they can call you. No patient data."),
    )

    def __init__(self, *args, professions: Iterable[Profession], **kwargs):
        super().__init__(*args, **kwargs)
        ids = [profession.pk for profession in professions]
        field = self.fields["profession"]
        field.queryset = Profession.objects.filter(pk__in=ids)
        if len(ids) == 1:
            field.initial, field.widget = ids[0], forms.HiddenInput()

    def clean_rpps(self) -> str:
        try:
            return clean_rpps(self.cleaned_data["rpps"])
        except ValidationError as error:
            raise ValidationError(error.messages) from error

    def clean_document(self):
        upload = self.cleaned_data["document"]
        if upload:
            document_kind(upload)
        return upload


def _note(help_text, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=_("Note"),
        required=required,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
    )


class ApproveForm(forms.Form):
    method = forms.ChoiceField(
        label=_("How did you make sure?"),
        # Pro Santé Connect verifies by itself.
        choices=[choice for choice in Verification.Method.choices if choice[0] != Verification.Method.PSC],
        widget=forms.RadioSelect,
    )
    note = _note(_("What you checked. Only managers read it."), required=False)


class RefuseForm(forms.Form):
    note = _note(_("The member reads it: say what is missing and how to send it."))


class RevokeForm(forms.Form):
    note = _note(_("The member reads it, and can contest it."))
