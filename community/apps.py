from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = _("Community")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for model in self.get_models():
            # Wagtail would list what refers to a word of the vocabulary, and count it, for editors.
            model.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]
        from members.viewers import register_token_provider

        from . import links  # noqa: F401 - registers itself
        from .access import group_tokens
        from .notifications import kinds

        register_token_provider(group_tokens)
        kinds.register_all()
