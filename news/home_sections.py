from django.utils.translation import gettext_lazy as _

from home.sections import HomeColumn, register_home_column

from .search_index import source

register_home_column(
    HomeColumn(
        source,
        title=_("News"),
        url="/actualites/",
        all_label=_("All news"),
        empty=_("No news at the moment."),
    ),
    order=10,
)
