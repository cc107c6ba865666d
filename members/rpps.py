"""The national number of health professionals (RPPS).

The register is public: a number says who somebody claims to be, and proves nothing.
"""

import re

_SPACES = re.compile(r"[\s\u00a0\u202f.-]+")
_ELEVEN_DIGITS = re.compile(r"[0-9]{11}")


def normalize(typed: str) -> str:
    """Eleven digits. A national identifier (« 8 » then the number) is accepted. ValueError otherwise."""
    digits = _SPACES.sub("", typed)
    if len(digits) == 12 and digits.startswith("8"):
        digits = digits[1:]
    if not _ELEVEN_DIGITS.fullmatch(digits):
        raise ValueError(typed)
    return digits


def looks_mistyped(digits: str) -> bool:
    """The Luhn check fails. Only worth a warning: the register holds numbers that fail it too."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 != 0
