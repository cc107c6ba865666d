from django.core.management.base import BaseCommand

from portal.site_setup import ensure_site


class Command(BaseCommand):
    help = "Creates the pages and roles that every portal has; leaves alone what exists."

    def handle(self, *args, **options) -> None:
        site = ensure_site()
        self.stdout.write(f"{site.root_url}/")
