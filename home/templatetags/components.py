"""Tags that templates use everywhere (loaded as builtins)."""

from django import template

register = template.Library()
