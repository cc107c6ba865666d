"""The indexes on a server: timestamped, with one alias for the live and one for the previous index."""

import re
from datetime import UTC, datetime

from elasticsearch import Elasticsearch

from ..base import IndexUnusable
from .mapping import mapping_hash


class Indexes:
    def __init__(self, client: Elasticsearch, name: str) -> None:
        self.client = client
        self.alias = name
        self.previous_alias = f"{name}-previous"
        self.lock = f"{name}-lock"
        # Nothing else may match: other portals live on the same server.
        self._ours = re.compile(rf"{re.escape(name)}-[0-9a-f]{{8}}-\d{{20}}")

    def new_name(self) -> str:
        return f"{self.alias}-{mapping_hash()}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"

    def is_current(self, name: str) -> bool:
        return name.startswith(f"{self.alias}-{mapping_hash()}-")

    def live(self) -> str:
        """Raises `IndexUnusable` when there is none."""
        for name, aliases in self._all().items():
            if self.alias in aliases:
                return name
        raise IndexUnusable("There is no search index on the server")

    def _all(self) -> dict[str, set[str]]:
        """Index → aliases, of this portal's indexes."""
        indexes = self.client.indices.get_alias(index=f"{self.alias}-*").body
        return {name: set(about["aliases"]) for name, about in indexes.items() if self._ours.fullmatch(name)}

    def is_named(self, name: str) -> bool:
        """Whether readers may be using this index."""
        return bool(self._all().get(name))

    def tidy(self) -> None:
        """Removes indexes that are neither live nor the one before (a killed rebuild's)."""
        kept = {self.alias, self.previous_alias}
        for name, aliases in self._all().items():
            if not aliases & kept:
                self.client.options(ignore_status=404).indices.delete(index=name)

    def swap(self, new: str) -> None:
        """Makes `new` live and keeps the one before, in one step for everybody who searches."""
        actions = []
        for name, aliases in self._all().items():
            if self.previous_alias in aliases:
                actions.append({"remove": {"index": name, "alias": self.previous_alias}})
            if self.alias in aliases:
                actions.append({"remove": {"index": name, "alias": self.alias}})
                actions.append({"add": {"index": name, "alias": self.previous_alias}})
        actions.append({"add": {"index": new, "alias": self.alias}})
        self.client.indices.update_aliases(actions=actions)

    def remove_all(self, client: Elasticsearch) -> None:
        gone = client.options(ignore_status=404)
        for name in [*self._all(), self.lock]:
            gone.indices.delete(index=name)
