from django.utils.html import linebreaks

from home.structured_data import Data, organization, place
from taxonomy.models import ContractType

from .models import JobPage

# schema.org's words for how one is employed.
_BY_CONTRACT = {
    "cdd": "TEMPORARY",
    "interim": "TEMPORARY",
    "vacation": "PER_DIEM",
    "stage": "INTERN",
}
_BY_REGIME = {
    ContractType.Regime.LIBERAL: "CONTRACTOR",
    ContractType.Regime.VOLUNTEER: "VOLUNTEER",
}
_BY_TIME = {JobPage.WorkingTime.FULL: "FULL_TIME", JobPage.WorkingTime.PART: "PART_TIME"}


def job_posting(page: JobPage) -> Data | None:
    """None without a description: readers of structured data require one."""
    if not page.plain_text:
        return None
    region = page.region.name if page.region else ""
    return {
        "@type": "JobPosting",
        "title": page.display_title,
        "url": page.full_url,
        "description": linebreaks(page.plain_text, autoescape=True),
        "identifier": {"@type": "PropertyValue", "name": page.employer, "value": page.reference}
        if page.reference
        else None,
        "datePosted": page.posted_on.isoformat() if page.posted_on else None,
        "validThrough": page.expires_at.isoformat() if page.expires_at else None,
        "employmentType": _employment_types(page),
        "hiringOrganization": organization(page.employer),
        "jobLocation": place(town=page.town, postal_code=page.postal_code, region=region),
        "baseSalary": _salary(page),
    }


def _employment_types(page: JobPage) -> list[str]:
    words = (
        _BY_TIME.get(page.working_time),
        _BY_CONTRACT.get(page.contract.slug),
        _BY_REGIME.get(page.contract.regime),
    )
    return list(dict.fromkeys(filter(None, words)))


def _salary(page: JobPage) -> Data | None:
    if page.pay_min is None and page.pay_max is None:
        return None
    return {
        "@type": "MonetaryAmount",
        "currency": "EUR",
        "value": {
            "@type": "QuantitativeValue",
            "minValue": float(page.pay_min) if page.pay_min is not None else None,
            "maxValue": float(page.pay_max) if page.pay_max is not None else None,
            "unitText": page.pay_unit.upper(),
        },
    }
