"""Pay of offers, made comparable."""

import pytest

from jobs.factories import JobPageFactory
from jobs.pay import pay_bands

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "bands"),
    [
        ({"pay_min": 14, "pay_max": None, "pay_unit": "hour"}, ("25000-30000",)),  # 25,480
        ({"pay_min": 2_400, "pay_max": 2_900, "pay_unit": "month"}, ("25000-30000", "30000-40000")),
        ({"pay_min": None, "pay_max": 70_000, "pay_unit": "year"}, ("plus-de-60000",)),
        ({"pay_min": None, "pay_max": None, "pay_unit": ""}, ()),
        ({"pay_min": 400, "pay_max": None, "pay_unit": "day", "retrocession": 80}, ("retrocession",)),
    ],
)
def test_pay_by_the_hour_the_month_and_the_year_falls_into_the_same_bands(site, fields, bands):
    contract = "remplacement_liberal" if "retrocession" in fields else "cdi"
    assert pay_bands(JobPageFactory(contract_slug=contract, **fields)) == bands
