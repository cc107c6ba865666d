"""« Synonymes » in Wagtail's admin: rules that are checked before they are saved."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from ..analysis.synonyms import EditedRule
from ..assist.curation import edited_rules
from ..assist.synonym_rules import problems_of
from ..engines.base import EngineUnavailable
from ..models import SynonymRule, lines
from .forms import SignedForm


class SynonymForm(SignedForm):
    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.errors or data is None:
            return data
        rule = EditedRule(tuple(lines(data["words"])), tuple(lines(data.get("also", ""))))
        try:
            problems = problems_of(rule, edited_rules(without=self.instance.pk))
        except EngineUnavailable as error:
            raise ValidationError(
                _(
                    "The search engine does not answer: how common these words are cannot be checked. "
                    "Try again later."
                )
            ) from error
        for problem in problems:
            self.add_error("words", problem)
        data["words"], data["also"] = "\n".join(rule.words), "\n".join(rule.also)
        return data


class SynonymViewSet(SnippetViewSet):
    model = SynonymRule
    icon = "link"
    copy_view_enabled = False
    index_template_name = "search/admin/synonyms.html"
    list_display = ["__str__", "note", Column("author", label=gettext_lazy("Author")), "updated_at"]
    search_fields = ["words", "also", "note"]
    edit_handler = ObjectList(
        [
            FieldPanel(
                "words",
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text=gettext_lazy(
                    "One per line. Whoever types one of them also finds the others. Abbreviations that are "
                    "common words in small letters are written in capitals (AS, DU)."
                ),
            ),
            FieldPanel(
                "also",
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=gettext_lazy(
                    "Leave this empty for words that stand for each other. Otherwise, one per line: whoever "
                    "types one of the words above also finds these, and not the other way round."
                ),
            ),
            FieldPanel("note", help_text=gettext_lazy("Why this rule, for your colleagues.")),
        ],
        base_form_class=SynonymForm,
    )
