from .engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
