from .branding import Brand

__all__ = ["Brand"]
