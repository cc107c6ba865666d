"""A partner's offers and how they are sent, for the tests of imports."""

from pathlib import Path

from django.core.management import CommandError, call_command

from jobs.models import JobPage

SAMPLES = Path(__file__).parent / "samples"
NOW = "2026-11-23 10:00+01:00"


def run(file, *options) -> int:
    """The exit code."""
    try:
        call_command("import_jobs", str(file), *options)
    except SystemExit as end:
        return end.code
    except CommandError as error:
        return error.returncode
    return 0


def posting(reference="R-1", **changes) -> dict:
    offer = {
        "@type": "JobPosting",
        "identifier": {"value": reference},
        "title": "Infirmier de nuit",
        "description": "<p>Service de 28 lits.</p>",
        "datePosted": "2026-11-12",
        "validThrough": "2027-01-31",
        "employmentType": ["FULL_TIME", "cdi"],
        "occupationalCategory": {"codeValue": "J1506"},
        "relevantOccupation": {"name": "Infirmier"},
        "hiringOrganization": {"name": "Centre hospitalier de la Baie"},
        "jobLocation": {"address": {"postalCode": "22000", "addressLocality": "Saint-Brieuc"}},
        "applicationContact": {"email": "rh@baie.example"},
    }
    return {name: value for name, value in (offer | changes).items() if value is not None}


def offer(reference="R-1") -> JobPage:
    return JobPage.objects.get(reference=reference)
