"""Fills an empty portal with content that looks lived in. The same people and texts at each run."""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from wagtail.models import Site

from home.branding import Brand
from members.models import User
from portal.demo import notifications, searches
from portal.demo.pages import Pages
from portal.demo.people import DOMAIN, PASSWORD, People, mark_addresses_confirmed, now_to_the_hour
from portal.demo.threads import Community
from portal.site_setup import ensure_site
from search.engines.base import EngineUnavailable
from search.index.jobs import rebuild_by_hand
from search.index.outbox import deferred
from search.index.rebuild import is_due
from search.models import OutboxRow


class Command(BaseCommand):
    help = "Loads the demo content and builds the search index (development only; done once)."

    def handle(self, *args, **options) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError("The demo has published passwords: it never runs in production.")
        if User.objects.filter(email=f"admin@{DOMAIN}").exists():
            ensure_site()  # at the address of today
            self.stdout.write("The demo content is already there.")
        else:
            self._load()
        self._index()
        self._say_where()

    def _load(self) -> None:
        now = now_to_the_hour()
        people = People(now)
        with transaction.atomic(), deferred():
            self._step("Site", ensure_site)
            self._step("Brand", self._brand)
            self._step("Members", people.create)
            self._step("Addresses", mark_addresses_confirmed)
            self._step("News, offers and trainings", Pages(now).create)
            self._step("Groups and threads", Community(people, now).create)
            self._step("Saved searches", searches.create)
            self._step("Notifications", notifications.create)

    def _index(self) -> None:
        """Rebuilds it when content was just loaded, or when another version of the portal made it."""
        try:
            if OutboxRow.objects.exists() or is_due():
                self._step("Search index", rebuild_by_hand)
        except EngineUnavailable as error:
            self.stderr.write(f"  Search index: later, the engine is unavailable: {error}")

    def _brand(self) -> None:
        site = Site.objects.get(is_default_site=True)
        Brand.objects.update_or_create(
            site=site,
            defaults={
                "name": "Pairs",
                "tagline": "le portail des professionnels de santé",
                "contact_email": f"bonjour@{DOMAIN}",
            },
        )

    def _step(self, title: str, work: Callable) -> None:
        started = time.monotonic()
        work()
        self.stdout.write(f"  {title}: {time.monotonic() - started:.1f} s")

    def _say_where(self) -> None:
        self.stdout.write(
            self.style.SUCCESS("\nThe portal:\n")
            + "".join(
                f"  {settings.SITE_URL}{path:<14}{what}\n"
                for path, what in (
                    ("/", "what everybody reads"),
                    ("/communaute/", "verified professionals among themselves"),
                    ("/animation/", "for community managers"),
                    ("/admin/", "for editors"),
                )
            )
        )
        accounts = {
            "admin": "administrator",
            "editrice": "editor",
            "animateur": "community manager",
            "pharmacienne": "verified pharmacist",
            "infirmier": "verified nurse",
            "medecin": "verified physician",
            "responsable": "leader of a group",
            "nouveau": "member, not verified yet",
        }
        self.stdout.write(
            self.style.SUCCESS(f"\nDemo accounts, password {PASSWORD}:\n")
            + "".join(f"  {f'{name}@{DOMAIN}':<29}{who}\n" for name, who in accounts.items())
        )
