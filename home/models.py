from .branding import Brand
from .pages import HomePage, StandardPage

__all__ = ["Brand", "HomePage", "StandardPage"]
