"""What the portal's templates know of the portal: the colours of people and themes."""

from collections.abc import Iterable, Iterator

from jinja2 import Environment, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context

from .links import may_follow, reader_of

TONES = 8


@pass_context
def can_follow(context: Context, url: str) -> bool:
    """Whether a URL that editors typed leads elsewhere, or to something that the reader may open."""
    return may_follow(url, reader_of(context)[0])


def tone(key: object) -> str:
    """Class of the colour that stands for a person or group: always the same for the same id."""
    number = key if isinstance(key, int) else sum(str(key).encode())
    return f"tone-{number * 5 % TONES}"


def cover_circles(hues: Iterable[int], seed: int = 0) -> Iterator[tuple[int, int, int, str]]:
    """Circles (x, y, radius, colour) of a decorative picture: the same for the same hues and seed."""
    hues = [hue % 360 for hue in hues][:3] or [200]
    state = seed * 7919 + sum(hues) + 17
    for number in range(5):
        state = (state * 1103515245 + 12345) % 2**31
        colour = f"oklch({0.56 + number * 0.06:.2f} 0.075 {hues[number % len(hues)]})"
        yield number * 90 + state % 80, state // 80 % 140, 35 + state // 11_200 % 75, colour


class PortalExtension(Extension):
    def __init__(self, environment: Environment):
        super().__init__(environment)
        environment.globals.update(can_follow=can_follow, cover_circles=cover_circles)
        environment.filters["tone"] = tone
