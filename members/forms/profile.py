"""Forms about oneself: who one is, where one practises."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from taxonomy.models import Department, Profession, Specialty

from ..models import Practice, Profile
from ..services import NAME_STAYS
from .fields import name_field


class ProfileForm(forms.Form):
    first_name = name_field(_("First name"), "given-name")
    last_name = name_field(
        _("Last name"),
        "family-name",
        help_text=_("Members read your first name and the first letter of your last name."),
    )
    town = forms.CharField(
        label=_("Town"),
        required=False,
        max_length=Profile._meta.get_field("town").max_length,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    presentation = forms.CharField(
        label=_("Presentation"),
        required=False,
        max_length=Profile._meta.get_field("presentation").max_length,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What you do, what you like to be asked about: 600 characters at most."),
    )
    findable = forms.BooleanField(
        label=_("Appear in the search of professionals"),
        required=False,
        help_text=_(
            "Once you are verified, verified colleagues find you by your name, profession, place and "
            "presentation. Never by your e-mail address, and never visitors or search engines."
        ),
    )

    def __init__(self, *args: Any, name_stays: bool, **kwargs: Any):
        """`name_stays`: it was checked with a profession (see `services.profile_update`)."""
        super().__init__(*args, **kwargs)
        if name_stays:
            for name in ("first_name", "last_name"):
                self.fields[name].disabled = True
            self.fields["last_name"].help_text = NAME_STAYS


class GroupedSpecialtyField(forms.ModelChoiceField):
    """Specialties under the name of their profession: one may choose without a script."""

    def __init__(self, **kwargs):
        super().__init__(queryset=Specialty.objects.select_related("profession"), **kwargs)

    def grouped(self, profession: Profession | None = None) -> list:
        """Choices of the list; of one profession only when it is known."""
        rows = self.queryset.order_by("profession__position", "profession__label", "label")
        if profession is not None:
            rows = rows.filter(profession=profession)
        groups = [
            (label, [(specialty.pk, specialty.label) for specialty in specialties])
            for label, specialties in groupby(rows, key=lambda row: row.profession.label)
        ]
        return [("", _("No specialty")), *groups]


class PracticeForm(forms.ModelForm):
    """One way in which somebody practises. The specialty must be one of the profession."""

    specialty = GroupedSpecialtyField(
        label=_("Specialty"), required=False, help_text=_("Under the name of your profession, if it has any.")
    )

    class Meta:
        model = Practice
        fields = ["profession", "specialty", "department"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        specialty = self.fields["specialty"]
        specialty.choices = specialty.grouped()
        self.fields["profession"].queryset = Profession.objects.all()
        self.fields["profession"].empty_label = _("Choose your profession")
        self.fields["profession"].widget.attrs["data-profession"] = ""
        department = self.fields["department"]
        department.queryset = Department.objects.order_by("code")
        department.empty_label = _("Choose your department")
        department.label_from_instance = lambda row: f"{row.code} – {row.name}"
        department.help_text = _("Where you practise. Colleagues see it beside your name.")

    def clean(self) -> dict:
        cleaned = super().clean()
        profession, specialty = cleaned.get("profession"), cleaned.get("specialty")
        if profession and specialty and specialty.profession_id != profession.pk:
            self.add_error("specialty", _("This specialty belongs to another profession."))
        return cleaned
