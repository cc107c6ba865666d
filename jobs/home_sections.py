from django.utils.translation import gettext_lazy as _

from home.sections import HomeColumn, register_home_column

from .search_index import source

register_home_column(
    HomeColumn(
        source,
        title=_("Jobs"),
        url="/emplois/",
        all_label=_("All offers"),
        empty=_("No offer at the moment."),
    ),
    order=20,
)
