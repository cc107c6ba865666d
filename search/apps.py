from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers the checks
        from .assist import curation
        from .facets import watch_vocabulary
        from .index import jobs  # noqa: F401 - registers the queue of index jobs
        from .sources import autodiscover

        autodiscover()
        watch_vocabulary()
        curation.watch()
