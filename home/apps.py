from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_save


class HomeConfig(AppConfig):
    name = "home"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.models import Page, PageViewRestriction

        from . import roles
        from .base import refuse_view_restriction
        from .middleware import watch_sites
        from .sections import autodiscover

        autodiscover()
        watch_sites()
        Page.private_page_options = []  # the tree's root too: audiences are fields of our own pages
        pre_save.connect(refuse_view_restriction, sender=PageViewRestriction)
        post_migrate.connect(roles.after_migrations, sender=roles.last_app_with_models())
