"""Pages of a list."""


def neighbouring_pages(current: int, last: int) -> list[int | None]:
    """Numbers of the first, last and neighbouring pages; None stands for a gap."""
    wanted = sorted({1, last, *range(max(1, current - 2), min(last, current + 2) + 1)})
    numbers: list[int | None] = []
    for previous, number in zip([0, *wanted], wanted, strict=False):
        numbers += [None, number] if number - previous > 1 else [number]
    return numbers


def page_links(number: int, pages: int, url: str) -> list[tuple[int, str] | None]:
    """Returns (number, URL) of the pages around one, None for a gap; `url` holds "{}" for the number."""
    return [link and (link, url.format(link)) for link in neighbouring_pages(number, pages)]
