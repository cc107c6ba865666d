"""Model fields that several page types share."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


def amount(label, *, decimals: int = 2, **options) -> models.DecimalField:
    """An optional quantity that is not negative: euros, hours."""
    return models.DecimalField(
        label,
        max_digits=9,
        decimal_places=decimals,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        **options,
    )


class ChoiceArrayField(models.JSONField):
    """Several values among `choices`, in their order, kept as a JSON list on every database."""

    def __init__(self, *args, **kwargs):
        self.options = list(getattr(kwargs.get("choices"), "choices", kwargs.get("choices")) or ())
        kwargs.pop("choices", None)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs["choices"] = self.options
        return name, path, args, kwargs

    def validate(self, value: Iterable[str], model_instance: models.Model) -> None:
        super().validate(value, model_instance)
        unknown = set(value or ()) - {key for key, _label in self.options}
        if unknown:
            names = ", ".join(sorted(map(str, unknown)))
            raise ValidationError(_("Unknown value: %(value)s") % {"value": names})

    def formfield(self, **kwargs) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=self.options,
            required=not self.blank,
            label=kwargs.get("label", str(self.verbose_name).capitalize()),
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )

    def labels(self, value: Iterable[str]) -> list[str]:
        chosen = set(value or ())
        return [str(label) for key, label in self.options if key in chosen]
