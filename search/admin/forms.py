"""What the forms of search in Wagtail's admin share."""

from typing import Any

from wagtail.admin.forms.models import WagtailAdminModelForm


class SignedForm(WagtailAdminModelForm):
    """Remembers who saved last."""

    def save(self, commit: bool = True) -> Any:
        self.instance.author = self.for_user
        return super().save(commit=commit)
