from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_save


class HomeConfig(AppConfig):
    name = "home"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.conf import settings
        from PIL import Image
        from wagtail.models import Page, PageViewRestriction

        from . import roles, serving
        from .base import refuse_view_restriction
        from .exports import neutralise_formulas
        from .sections import autodiscover

        neutralise_formulas()
        autodiscover()
        serving.autodiscover()
        Page.private_page_options = []  # the tree's root too: audiences are fields of our own pages
        pre_save.connect(refuse_view_restriction, sender=PageViewRestriction)
        # Pillow refuses twice this before it unpacks anything; Wagtail what is between.
        Image.MAX_IMAGE_PIXELS = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS
        post_migrate.connect(roles.after_migrations, sender=roles.last_app_with_models())
