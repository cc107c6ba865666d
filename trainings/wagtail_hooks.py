from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import Column

from home.listing import EditorialListing

from .models import TrainingPage


class TrainingListing(EditorialListing):
    name = "courses"
    model = TrainingPage
    icon = "calendar-alt"
    menu_label = _("Trainings")
    menu_order = 130
    own_columns = [
        Column("body_name", label=_("Training body"), sort_key="body_name"),
        Column("format", label=_("Format"), accessor="get_format_display", sort_key="format"),
    ]


@hooks.register("register_admin_viewset")
def training_listing() -> TrainingListing:
    return TrainingListing()
