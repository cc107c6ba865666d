"""Wagtail's reports as CSV: titles and names that people typed are no formulas of spreadsheet software."""

from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from core.spreadsheets import without_formula

_preprocess = SpreadsheetExportMixin.preprocess_field_value


def _without_formula(view: SpreadsheetExportMixin, field: str, value: Any, export_format: str) -> Any:
    value = _preprocess(view, field, value, export_format)
    is_text = isinstance(value, str) and export_format == view.FORMAT_CSV
    return without_formula(value) if is_text else value


def neutralise_formulas() -> None:
    """Wagtail offers no setting for it, and every report of it is a class of its own."""
    SpreadsheetExportMixin.preprocess_field_value = _without_formula
