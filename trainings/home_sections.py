from django.utils.translation import gettext_lazy as _

from home.sections import HomeColumn, register_home_column

from .search_index import source

register_home_column(
    HomeColumn(
        source,
        title=_("Trainings"),
        url="/formations/",
        all_label=_("All trainings"),
        empty=_("No training at the moment."),
    ),
    order=30,
)
