from .editors import PromotedPage, Promotion, QueryCount, SynonymRule, lines
from .index import IndexJob, IndexState, OutboxRow

__all__ = [
    "IndexJob",
    "IndexState",
    "OutboxRow",
    "PromotedPage",
    "Promotion",
    "QueryCount",
    "SynonymRule",
    "lines",
]
