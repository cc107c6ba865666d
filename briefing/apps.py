from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BriefingConfig(AppConfig):
    name = "briefing"
    verbose_name = _("In brief")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .sections import autodiscover

        autodiscover()
