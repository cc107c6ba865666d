"""The national number: eleven digits, however they are typed; a failed checksum is only a doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members import rpps

pytestmark = pytest.mark.database_free


@pytest.mark.parametrize(
    "typed",
    [
        "10003456789",
        " 10003456789 ",
        "100 034 567 89",
        "810003456789",
        "8 100 0345 6789",
        "10\u00a0003.456-789",
    ],
)
def test_eleven_digits_are_kept(typed):
    assert rpps.normalize(typed) == "10003456789"


@pytest.mark.parametrize(
    "typed",
    ["", "1234567890", "123456789012", "910003456789", "1000345678A", "１０００３４５６７８９", "8", "\x00"],
)
def test_anything_else_is_refused(typed):
    with pytest.raises(ValueError):
        rpps.normalize(typed)


@given(st.text(alphabet="0123456789", min_size=10, max_size=10))
def test_one_last_digit_in_ten_passes_the_checksum(start):
    passing = [digit for digit in "0123456789" if not rpps.looks_mistyped(start + digit)]
    assert len(passing) == 1
