"""The vocabulary in Wagtail's admin: editors curate themes; the official lists are read, not typed."""

from django import forms
from django.http import HttpRequest
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
    """Keeping, renaming and merging are one form: status, name, « merge into »."""

    merge_into = forms.ModelChoiceField(
        Theme.objects.listed(),
        label=_("Merge into"),
        required=False,
        help_text=_("Everything that carries this theme will carry the other; this one becomes its synonym."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
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


class ThemeViewSet(SnippetViewSet):
    model = Theme
    icon = "tag"
    list_display = ["name", "status", "synonyms"]
    list_filter = ["status"]
    search_fields = ["name", "synonyms"]
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> ThemeQuerySet | None:
        """What members proposed in their groups is for the community managers."""
        return None if request.viewer.is_manager else Theme.objects.listed()

    edit_handler = ObjectList(
        [FieldPanel(name) for name in ("name", "slug", "status", "synonyms", "hue", "merge_into")],
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
