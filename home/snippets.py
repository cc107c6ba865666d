"""The vocabulary in Wagtail's admin: editors curate themes; the official lists are read, not typed."""

from typing import Any
from urllib.parse import unquote

from django import forms
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from taxonomy.merging import merge_themes
from taxonomy.models import (
    ContractType,
    Department,
    Profession,
    Region,
    Role,
    RomeCode,
    Specialty,
    Theme,
    ThemeQuerySet,
)


class ThemeForm(WagtailAdminModelForm):
    """Renaming and merging are one form: name, « merge into ». What is made here is listed at once."""

    merge_into = forms.ModelChoiceField(
        Theme.objects.listed(),
        label=_("Merge into"),
        required=False,
        help_text=_("Everything that carries this theme will carry the other; this one becomes its synonym."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.status = Theme.Status.CURATED
        self.fields["merge_into"].queryset = Theme.objects.listed().exclude(pk=self.instance.pk)

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if Theme.objects.listed().filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is already a theme of that name: merge this one into it."))
        return name

    def save(self, commit: bool = True) -> Theme:
        theme = super().save(commit=commit)
        target = self.cleaned_data.get("merge_into")
        if commit and target:
            merge_themes(Theme.objects.get(pk=theme.pk), target)
        return theme


class ListedOnly:
    """A view of one theme: what members proposed in their groups is the managers' alone (`/animation/`)."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        get_object_or_404(Theme.objects.listed(), pk=unquote(str(kwargs["pk"])))
        super().setup(request, *args, **kwargs)  # type: ignore[misc]


def _listed_only(view: type) -> type:
    return type(view.__name__, (ListedOnly, view), {})


class ThemeViewSet(SnippetViewSet):
    """The listed themes; neither lists nor choosers nor histories know of others."""

    model = Theme
    icon = "tag"
    list_display = ["name", "synonyms"]
    search_fields = ["name", "synonyms"]
    copy_view_enabled = False
    edit_view_class = _listed_only(SnippetViewSet.edit_view_class)
    delete_view_class = _listed_only(SnippetViewSet.delete_view_class)
    usage_view_class = _listed_only(SnippetViewSet.usage_view_class)
    history_view_class = _listed_only(SnippetViewSet.history_view_class)

    def get_queryset(self, request: HttpRequest) -> ThemeQuerySet:
        return Theme.objects.listed()

    def register_chooser_viewset(self) -> None:
        """None: pages choose by checkboxes, and Wagtail's chooser would offer every theme."""

    edit_handler = ObjectList(
        [FieldPanel(name) for name in ("name", "slug", "synonyms", "hue", "merge_into")],
        base_form_class=ThemeForm,
    )


class _OfficialList(SnippetViewSet):
    """Codes and labels of an official source: `load_taxonomy` sets them again at each migration."""

    copy_view_enabled = False
    inspect_view_enabled = True
    icon = "list-ul"


class ProfessionViewSet(_OfficialList):
    model = Profession
    list_display = ["label", "short", "code"]
    search_fields = ["label", "plural", "short", "code"]


class RoleViewSet(_OfficialList):
    model = Role
    list_display = ["label", "code"]
    search_fields = ["label", "code"]


class SpecialtyViewSet(_OfficialList):
    model = Specialty
    list_display = ["label", "profession", "code"]
    list_filter = ["profession"]
    search_fields = ["label", "synonyms", "code"]


class ContractTypeViewSet(_OfficialList):
    model = ContractType
    list_display = ["label", "short", "regime"]
    search_fields = ["label", "short"]


class RegionViewSet(_OfficialList):
    model = Region
    list_display = ["name", "code"]
    search_fields = ["name"]


class DepartmentViewSet(_OfficialList):
    model = Department
    list_display = ["name", "code", "region"]
    search_fields = ["name", "code"]


class RomeCodeViewSet(_OfficialList):
    model = RomeCode
    list_display = ["code", "label"]
    search_fields = ["code", "label"]


class VocabularyGroup(SnippetViewSetGroup):
    items = (
        ThemeViewSet,
        ProfessionViewSet,
        RoleViewSet,
        SpecialtyViewSet,
        ContractTypeViewSet,
        RegionViewSet,
        DepartmentViewSet,
        RomeCodeViewSet,
    )
    menu_label = _("Vocabulary")
    menu_icon = "tag"
    menu_name = "vocabulary"
    menu_order = 300
