from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .assist import curation
        from .facets import watch_vocabulary
        from .sources import autodiscover

        autodiscover()
        watch_vocabulary()
        curation.watch()
