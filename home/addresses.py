from functools import lru_cache

from django.urls import reverse


# Lists show dozens of addresses, and the addresses of a portal do not change while it runs.
@lru_cache(maxsize=4096)
def address_of(name: str, *args: str | int) -> str:
    """Django's `reverse`, remembered."""
    return reverse(name, args=args)
