from .engine import ServerEngine

__all__ = ["ServerEngine"]
