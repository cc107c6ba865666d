"""What people type. The services have the last word; their refusals come back into these forms."""

import uuid
from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from taxonomy.models import Profession, Theme

from . import richtext
from .models import Group, Report
from .models.threads import TITLE_MAX
from .services.common import HTML_MAX, REASON_MAX, TEXT_MAX
from .services.memberships import Role
from .services.moderation import STATEMENT_MAX


def new_key() -> str:
    return uuid.uuid4().hex


class RichHtmlInput(forms.HiddenInput):
    """Empty until the rich editor fills it: without it, what is typed as text counts."""

    def format_value(self, value: str) -> None:
        return None


class MessageForm(forms.Form):
    """A message: plain text, or the HTML of the rich editor when that was used.

    `stored`: HTML of the message that is corrected.
    """

    body = forms.CharField(
        label=_("Your message"),
        strip=False,
        error_messages={"required": _("Write your message.")},
        widget=forms.Textarea(
            attrs={
                "rows": 6,
                "data-rich-text": "",
                "placeholder": _("Nothing must make it possible to recognise a patient."),
            }
        ),
        help_text=_(
            "What you type is shown as you type it, signs and numbers too; "
            "lines that begin with a dash and a word make a list."
        ),
    )
    html = forms.CharField(required=False, strip=False, widget=RichHtmlInput)
    key = forms.RegexField(r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput, initial=new_key)

    def __init__(self, *args, stored: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.stored = stored
        html = self.data.get("html", "") if self.is_bound else self.initial.get("html") or stored
        self.fields["html"].widget.attrs["data-rich-html"] = html

    @property
    def preview(self) -> str:
        """HTML of the message, when only a preview is asked for; else nothing."""
        return self.cleaned_data.get("message", "") if "preview" in self.data and self.is_bound else ""

    def clean(self) -> dict:
        data = super().clean()
        body, html = data.get("body", ""), data.get("html", "")
        if len(body) > TEXT_MAX or len(html) > HTML_MAX:
            self.add_error(
                "body", _("This message is too long: shorten it to %(max)s characters.") % {"max": TEXT_MAX}
            )
        elif "body" in data:
            data["message"] = (
                richtext.sanitize(html) if html.strip() else richtext.from_text(body, self.stored)
            )
        return data


class ReplyForm(MessageForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].label = _("Your reply")
        self.fields["body"].widget.attrs |= {
            "rows": 4,
            "placeholder": _("Your reply. Nothing must make it possible to recognise a patient."),
        }


class ThreadFactsForm(forms.Form):
    """Title, professions asked, themes."""

    title = forms.CharField(
        label=_("Title"),
        max_length=TITLE_MAX,
        help_text=_("A question that a colleague understands without reading further."),
    )
    asked = forms.ModelMultipleChoiceField(
        Profession.objects.none(),
        label=_("Ask a profession for its opinion"),
        help_text=_("Shown beside the title and in the lists of these professions."),
        required=False,
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.none(),
        label=_("Themes"),
        required=False,
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
    )
    free_themes = forms.CharField(
        label=_("Other themes"),
        max_length=240,
        required=False,
        help_text=_("Separated by commas. A manager decides whether they join the list."),
    )

    field_order = ["title", "body", "asked", "themes", "free_themes"]

    def __init__(self, *args, group: Group, **kwargs):
        super().__init__(*args, **kwargs)
        professions = group.professions.all()
        self.fields["asked"].queryset = professions if professions else Profession.objects.all()
        self.fields["themes"].queryset = Theme.objects.listed()
        if group.is_secret:
            del self.fields["free_themes"]
        if len(professions) == 1:
            del self.fields["asked"]

    @property
    def facts(self) -> dict:
        """Keyword arguments of `thread_create` and `thread_update`."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "asked": list(data.get("asked", [])),
            "themes": list(data.get("themes", [])),
            "free_themes": data.get("free_themes", "").split(","),
        }


class ThreadForm(ThreadFactsForm, MessageForm):
    pass


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The author reads it."),
    )


class MoveForm(forms.Form):
    group = forms.ModelChoiceField(
        Group.objects.none(),
        label=_("Move to"),
        empty_label=_("Choose a group"),
        to_field_name="slug",
        help_text=_("To a group that fewer people read, there is no way back."),
    )

    def __init__(self, *args, groups, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = groups


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Report.Reason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    statement = forms.CharField(
        label=_("Explain in a few words"),
        max_length=STATEMENT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in a few words what the managers should look at.")},
    )
    good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I state is accurate and complete."),
        error_messages={"required": _("Tick this box to send your report.")},
    )


class DecisionForm(forms.Form):
    """A manager's decision on a report."""

    action = forms.ChoiceField(
        label=_("Decision"),
        choices=[("hide", _("Hide the message")), ("keep", _("Leave it"))],
        widget=forms.RadioSelect,
    )
    decision = forms.CharField(
        label=_("Reasons"),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Sent to who reported, and to the author when the message is hidden."),
    )


class RequestForm(forms.Form):
    message = forms.CharField(
        label=_("A word to the leaders"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address of the colleague"), max_length=254)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role)


class GroupPresentationForm(forms.Form):
    """What leaders change."""

    name = forms.CharField(label=_("Name"), max_length=80)
    description = forms.CharField(
        label=_("Description"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is talked about, in one or two sentences."),
    )
    rules = forms.CharField(
        label=_("Rules"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One per line, starting with a dash, makes a list."),
    )

    def clean_rules(self) -> str:
        return richtext.from_text(self.cleaned_data["rules"])


class GroupForm(GroupPresentationForm):
    """What managers change: also whom the group is for."""

    visibility = forms.ChoiceField(
        label=_("Who sees it"),
        choices=[
            (
                Group.Visibility.OPEN,
                _("Open: every verified professional of its professions reads and writes"),
            ),
            (Group.Visibility.PRIVATE, _("Private: they see its name; its members read and write")),
            (Group.Visibility.SECRET, _("Secret: nobody but its members knows that it exists")),
        ],
        widget=forms.RadioSelect,
        initial=Group.Visibility.OPEN,
    )
    professions = forms.ModelMultipleChoiceField(
        Profession.objects.all(),
        label=_("Professions"),
        help_text=_("None: for all of them, or for those of the parent group."),
        required=False,
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
    )
    widen = forms.BooleanField(
        label=_("More people may read what is already written here"),
        required=False,
    )


class GroupCreateForm(GroupForm):
    parent = forms.ModelChoiceField(
        Group.objects.none(),
        label=_("Parent group"),
        required=False,
        to_field_name="slug",
        empty_label=_("None: a group of its own"),
    )
    leaders = forms.CharField(
        label=_("Leaders"),
        required=False,
        max_length=1000,
        help_text=_("E-mail addresses of verified members, separated by commas."),
    )
    field_order = ["name", "parent", "visibility", "professions", "description", "rules", "leaders"]

    def __init__(self, *args, parents, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["widen"]
        self.fields["parent"].queryset = parents


class ThemeForm(forms.Form):
    """What becomes of a theme that a member typed."""

    action = forms.ChoiceField(
        choices=[("keep", _("Keep")), ("merge", _("Merge")), ("drop", _("Remove"))],
    )
    name = forms.CharField(label=_("Name"), max_length=40, required=False)
    into = forms.ModelChoiceField(
        Theme.objects.none(),
        label=_("Merge into"),
        empty_label=_("Choose a theme"),
        required=False,
        to_field_name="slug",
    )

    def __init__(self, *args, into: Sequence[tuple[str, str]] | None = None, **kwargs):
        """`into`: themes to choose from (slug, name), read once for many forms."""
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = Theme.objects.listed()
        if into is not None:
            self.fields["into"].choices = [("", self.fields["into"].empty_label), *into]
