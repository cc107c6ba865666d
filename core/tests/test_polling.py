"""What idle processes ask of the database."""

import pytest
from django.db import ProgrammingError, connection
from django.db.utils import OperationalError

from core.models import Heartbeat
from core.polling import has_rows

pytestmark = pytest.mark.django_db


def test_it_says_whether_a_row_meets_the_condition():
    assert not has_rows(Heartbeat, "process = 'maintenance'")
    Heartbeat.beat("maintenance")
    assert has_rows(Heartbeat, "process = 'maintenance'")
    assert not has_rows(Heartbeat, "process = 'other'")


def test_errors_are_django_s():
    error = OperationalError if connection.vendor == "sqlite" else ProgrammingError
    with pytest.raises(error):
        has_rows(Heartbeat, "no_such_column")
