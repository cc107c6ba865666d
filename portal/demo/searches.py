"""Saved searches of the accounts of the README."""

from datetime import timedelta

from django.utils import timezone

from alerts.models import SavedSearch
from members.models import User

from .people import DOMAIN

# (name, query string on `/recherche/`, mail), for the profession in braces.
SEARCHES = [
    ("CDI près de chez moi", "type=job&profession={}&region=bretagne&contrat=cdi", "daily"),
    ("Formations à distance", "type=training&profession={}&format=classe-virtuelle", "weekly"),
    ("Plaies et cicatrisation", "profession=toutes&theme=plaies-et-cicatrisation", "weekly"),
    ("Questions à ma profession", "type=thread&profession=toutes&attend={}", "never"),
]
OWNERS = {
    "infirmier": "infirmier",
    "pharmacienne": "pharmacien",
    "medecin": "medecin",
    "animateur": "infirmier",
    "responsable": "infirmier",
}


def create() -> None:
    """Saved some days ago: the next mails have something to tell."""
    owners = {user.email: user for user in User.objects.filter(email__endswith=f"@{DOMAIN}")}
    since = timezone.now() - timedelta(days=8)
    SavedSearch.objects.bulk_create(
        SavedSearch(
            user=owner,
            name=name,
            query=query.format(profession),
            frequency=frequency,
            created_at=since,
            checked_at=since,
        )
        for account, profession in OWNERS.items()
        if (owner := owners.get(f"{account}@{DOMAIN}"))
        for name, query, frequency in SEARCHES
    )
