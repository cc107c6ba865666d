"""Themes of a page: editors choose among the curated ones, they do not type new ones."""

from django import forms
from modelcluster.contrib.taggit import ClusterTaggableManager

from taxonomy.models import Theme


class ThemesManager(ClusterTaggableManager):
    """Tags whose form field is a list of the curated themes."""

    def formfield(self, **kwargs) -> forms.ModelMultipleChoiceField:
        return forms.ModelMultipleChoiceField(
            Theme.objects.listed(),
            label=self.verbose_name.capitalize(),
            help_text=self.help_text,
            required=not self.blank,
            widget=forms.CheckboxSelectMultiple,
        )
