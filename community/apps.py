from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = _("Community")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from members.viewers import register_token_provider

        from .access import group_tokens
        from .notifications import kinds

        register_token_provider(group_tokens)
        kinds.register_all()
