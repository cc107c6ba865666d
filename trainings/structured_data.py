from collections.abc import Sequence
from decimal import Decimal

from home.structured_data import Data, organization, place

from .models import TrainingPage, TrainingSession

_MODES = {
    TrainingPage.Format.ONSITE: "Onsite",
    TrainingPage.Format.VIRTUAL: "Online",
    TrainingPage.Format.ELEARNING: "Online",
    TrainingPage.Format.BLENDED: "Blended",
}


def course(page: TrainingPage, coming: Sequence[TrainingSession]) -> Data:
    return {
        "@type": "Course",
        "name": page.title,
        "url": page.full_url,
        "description": page.plain_text or page.excerpt,
        "courseCode": page.action_number,
        "provider": organization(page.body_name, identifier=page.body_number),
        "timeRequired": f"PT{page.hours.normalize():f}H" if page.hours else None,
        "inLanguage": "fr",
        "coursePrerequisites": page.prerequisites,
        "audience": [
            {"@type": "Audience", "audienceType": profession.label} for profession in page.professions.all()
        ],
        "offers": _offer(page.price),
        "hasCourseInstance": [_instance(page, session) for session in coming],
    }


def _offer(price: Decimal | None) -> Data | None:
    if price is None:
        return None
    return {
        "@type": "Offer",
        "price": float(price),
        "priceCurrency": "EUR",
        "category": "Paid" if price else "Free",
    }


def _instance(page: TrainingPage, session: TrainingSession) -> Data:
    return {
        "@type": "CourseInstance",
        "courseMode": _MODES[page.format],
        "startDate": session.starts_on.isoformat(),
        "endDate": session.ends_on.isoformat(),
        "location": place(town=session.town, postal_code=session.postal_code),
        "maximumAttendeeCapacity": session.seats,
        "offers": _offer(session.price),
    }
