"""The form of a saved search."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import NAME_MAX, SavedSearch


class SavedSearchForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=NAME_MAX)
    frequency = forms.ChoiceField(
        label=_("Mail about what is new"),
        choices=SavedSearch.Frequency.choices,
        widget=forms.RadioSelect,
        help_text=_("Only when there is something new, with the reason for each result."),
    )


class NewSavedSearchForm(SavedSearchForm):
    """`replaced`: the search that the list takes the place of, which keeps its name and its mails."""

    replaced = forms.ModelChoiceField(
        label=_("Replace a saved search"),
        queryset=SavedSearch.objects.none(),
        required=False,
        empty_label=_("no, save another one"),
        help_text=_("It keeps its name and its mails."),
    )

    def __init__(self, *args: Any, held: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replaced"].queryset = held
        if not held.exists():
            del self.fields["replaced"]
