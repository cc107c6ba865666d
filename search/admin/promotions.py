"""« Sélections » in Wagtail's admin: pages that come first for what is typed."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList, PageChooserPanel
from wagtail.admin.ui.tables import Column
from wagtail.models import Page
from wagtail.snippets.views.snippets import SnippetViewSet

from ..models import Promotion
from ..query.text import normalised
from ..sources import sources
from .forms import SignedForm

MAX_PAGES = 3


class PromotionForm(SignedForm):
    def clean_query(self) -> str:
        query = " ".join(self.cleaned_data["query"].split())
        key = normalised(query)
        if not key:
            raise forms.ValidationError(_("Type the words that people look for."))
        if Promotion.objects.filter(key=key).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is already a selection for these words: change that one."))
        return query


def _page_types() -> list[str]:
    """What search finds, for the page chooser."""
    models = [source.model for source in sources().values() if issubclass(source.model, Page)]
    return [model._meta.label for model in models]


class PromotionViewSet(SnippetViewSet):
    model = Promotion
    icon = "thumbtack"
    copy_view_enabled = False
    list_display = ["query", Column("author", label=gettext_lazy("Author")), "updated_at"]
    search_fields = ["query"]

    def get_edit_handler(self):
        chooser = PageChooserPanel("page", page_type=_page_types())
        panels = [
            FieldPanel(
                "query",
                help_text=gettext_lazy("Capitals, accents and punctuation do not matter."),
            ),
            InlinePanel(
                "pages",
                panels=[chooser],
                heading=gettext_lazy("Pages shown first"),
                label=gettext_lazy("Page"),
                help_text=gettext_lazy(
                    "Shown above the results, to those who may read them, and marked as your selection."
                ),
                min_num=1,
                max_num=MAX_PAGES,
            ),
        ]
        return ObjectList(panels, base_form_class=PromotionForm).bind_to_model(self.model)
