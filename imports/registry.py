"""The importers, told by the apps above: each registers its own from `<app>/imports.py`."""

from functools import cache

from django.utils.module_loading import autodiscover_modules

from .importer import Importer

_importers: dict[str, type[Importer]] = {}


def register_importer(importer: type[Importer]) -> type[Importer]:
    _importers[importer.kind] = importer
    return importer


@cache
def _discover() -> None:
    autodiscover_modules("imports")


def importers() -> dict[str, type[Importer]]:
    """kind → importer."""
    _discover()
    return dict(_importers)
