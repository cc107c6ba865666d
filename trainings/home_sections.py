from django.utils.translation import gettext_lazy as _

from home.sections import HomeColumn, register_home_column

from .search_index import source

register_home_column(
    HomeColumn(
        kind=source.kind,
        title=_("Trainings"),
        url="/formations/",
        all_label=_("All trainings"),
        empty=_("No training at the moment."),
        rows=source.newest,
    ),
    order=30,
)
