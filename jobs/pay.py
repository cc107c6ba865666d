"""Pay of offers made comparable: bands of gross pay a year for full time."""

from django.utils.translation import gettext_lazy as _

from taxonomy.models import ContractType

from .models import JobPage

# Full time by law: 35 hours a week, 52 weeks paid.
HOURS_A_YEAR = 1_820
# Days of an employee who is paid by the day (« forfait jours »).
DAYS_A_YEAR = 218
MONTHS_A_YEAR = 12
PERIODS = {
    JobPage.PayUnit.HOUR: HOURS_A_YEAR,
    JobPage.PayUnit.DAY: DAYS_A_YEAR,
    JobPage.PayUnit.MONTH: MONTHS_A_YEAR,
    JobPage.PayUnit.YEAR: 1,
}

# Fees that are shared say nothing of a salary: a value of its own.
RETROCESSION = "retrocession"
# slug → (from, below), euros a year.
_LIMITS: dict[str, tuple[float, float]] = {
    "moins-de-25000": (0, 25_000),
    "25000-30000": (25_000, 30_000),
    "30000-40000": (30_000, 40_000),
    "40000-60000": (40_000, 60_000),
    "plus-de-60000": (60_000, float("inf")),
}
BANDS = {
    "moins-de-25000": _("under €25,000"),
    "25000-30000": _("€25,000 to €30,000"),
    "30000-40000": _("€30,000 to €40,000"),
    "40000-60000": _("€40,000 to €60,000"),
    "plus-de-60000": _("€60,000 or more"),
    RETROCESSION: _("retrocession of fees"),
}


def pay_bands(page: JobPage) -> tuple[str, ...]:
    """Every band that an offer's pay touches; none when it does not say, or is no salary."""
    if page.retrocession is not None:
        return (RETROCESSION,)
    amounts = [float(amount) for amount in (page.pay_min, page.pay_max) if amount is not None]
    periods = PERIODS.get(page.pay_unit)  # type: ignore[call-overload]
    if not amounts or not periods or page.contract.regime == ContractType.Regime.LIBERAL:
        return ()
    low, high = min(amounts) * periods, max(amounts) * periods
    return tuple(band for band, (start, end) in _LIMITS.items() if low < end and high >= start)
