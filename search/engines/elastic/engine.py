"""The engine of the servers: Elasticsearch and OpenSearch, with one client."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import streaming_bulk

from ...query import SearchQuery, SuggestQuery
from ..base import Change, Engine, EngineUnavailable, IndexUnusable, Rebuild, RejectedDocument, SearchResponse
from ..common import KIND, MAX_FACET_VALUES, UnknownFacetError
from ..correction import correct_or_relax
from ..deadline import shared_deadline
from ..timing import timed
from .client import make_client, translate_errors
from .indexes import Indexes
from .mapping import entry
from .rebuild import ServerRebuild
from .searching import Search
from .suggesting import suggest

BATCH = 5_000  # entries read at once by the drift check
BULK_BYTES = 8_000_000
TOO_LARGE = 413
# More changes than that are a rebuild's or a backlog's: nobody waits for them in a browser.
PATIENT_FROM = 50
PATIENT_SECONDS = 60.0


class ServerEngine(Engine):
    """`kind`: « elasticsearch » or « opensearch ». The alias `name` is what is searched and written to."""

    def __init__(self, kind: str, client: Elasticsearch, name: str) -> None:
        self.name = kind
        self.client = client
        self.indexes = Indexes(client, name)

    @classmethod
    def from_settings(cls, kind: str) -> "ServerEngine":
        client = make_client(
            kind,
            settings.SEARCH_URL,
            api_key=settings.SEARCH_API_KEY,
            user=settings.SEARCH_USER,
            password=settings.SEARCH_PASSWORD,
            ca_certs=settings.SEARCH_CA_CERTS,
            timeout=settings.SEARCH_TIMEOUT,
        )
        return cls(kind, client, settings.SEARCH_INDEX)

    # --- Reading ---------------------------------------------------------------------------------------

    @timed
    def search(self, query: SearchQuery) -> SearchResponse:
        with translate_errors(), shared_deadline():
            search = Search(self.client, self.indexes.alias, self.name, query)
            response = search.run()
            return response if response.total else correct_or_relax(search, response)

    @timed
    def suggest(self, query: SuggestQuery) -> Mapping[str, Sequence[int]]:
        with translate_errors(), shared_deadline():
            return suggest(self.client, self.indexes.alias, query)

    def entries(self) -> Iterator[tuple[str, int]]:
        return self._stream("version")

    def fingerprints(self) -> Iterator[tuple[str, str]]:
        return self._stream("fingerprint")

    def _stream(self, field: str) -> Iterator[tuple[str, Any]]:
        body: dict[str, Any] = {
            "size": BATCH,
            "sort": [{"document_id": "asc"}],
            "_source": False,
            "docvalue_fields": [field],
            "track_total_hits": False,
        }
        client = self.client.options(request_timeout=PATIENT_SECONDS)
        while True:
            with translate_errors():
                hits = client.search(index=self.indexes.alias, body=body)["hits"]["hits"]
                rows = [(hit["_id"], hit["fields"][field][0]) for hit in hits]
            yield from rows
            if len(rows) < BATCH:
                return
            body["search_after"] = [rows[-1][0]]

    def status(self) -> Mapping[str, str | int | bool]:
        with translate_errors(), shared_deadline():
            live = self.indexes.live()
            return {
                "engine": self.name,
                "version": self.client.info()["version"]["number"],
                "documents": self.client.count(index=self.indexes.alias)["count"],
                "index": live,
                "current": self.indexes.is_current(live),
            }

    def counts(self) -> Mapping[str, int]:
        terms = {"terms": {"field": KIND, "size": MAX_FACET_VALUES}}
        body: dict[str, Any] = {"size": 0, "aggs": {KIND: terms}}
        with translate_errors(), shared_deadline():
            buckets = self.client.search(index=self.indexes.alias, body=body)["aggregations"][KIND]["buckets"]
            return {bucket["key"]: bucket["doc_count"] for bucket in buckets}

    # --- Writing ---------------------------------------------------------------------------------------

    @timed
    def write(self, changes: Sequence[Change]) -> Sequence[RejectedDocument]:
        if not changes:
            return []
        client = self.client
        if len(changes) > PATIENT_FROM:
            client = client.options(request_timeout=PATIENT_SECONDS)
        with translate_errors():
            return send(client, self.indexes.alias, changes, require_alias=True, refresh=True)

    def rebuild(self) -> Rebuild:
        with translate_errors():
            return ServerRebuild(self.client.options(request_timeout=PATIENT_SECONDS), self.indexes, send)

    def reset(self) -> None:
        with translate_errors():
            self.indexes.remove_all(self.client.options(request_timeout=PATIENT_SECONDS))


def send(
    client: Elasticsearch, index: str, changes: Sequence[Change], *, require_alias: bool, refresh: bool
) -> list[RejectedDocument]:
    """Sends a bulk with external versions, and returns rejected documents. An older state is not rejected.

    A bulk that is too large for the server or its proxy is halved, until a single document is rejected.
    """
    options: dict[str, Any] = {"require_alias": require_alias, "refresh": refresh}
    try:
        return _send(client, index, changes, **options)
    except ApiError as error:
        if error.status_code != TOO_LARGE:
            raise
    if len(changes) == 1:
        return [RejectedDocument(changes[0].document_id, "The search server says that it is too large.")]
    half = len(changes) // 2
    refusals = send(client, index, changes[:half], **options)
    return refusals + send(client, index, changes[half:], **options)


def _send(
    client: Elasticsearch, index: str, changes: Sequence[Change], *, require_alias: bool, refresh: bool
) -> list[RejectedDocument]:
    refusals: list[RejectedDocument] = []
    options: dict[str, Any] = {"refresh": True} if refresh else {}
    if require_alias:
        options["require_alias"] = True
    results = streaming_bulk(
        client,
        _actions(index, changes, refusals),
        max_chunk_bytes=BULK_BYTES,
        raise_on_error=False,
        retry_on_status=(),
        **options,
    )
    answered: set[str] = set()
    for accepted, result in results:
        ((operation, item),) = result.items()
        answered.add(item["_id"])
        missing = operation == "delete" and item["status"] == 404 and "error" not in item
        if not (accepted or missing or item["status"] == 409):
            refusals.append(RejectedDocument(item["_id"], _reason(item.get("error"))))
    known = answered.union(refusal.document_id for refusal in refusals)
    if len(known) < len({change.document_id for change in changes}):
        raise EngineUnavailable("The search server did not answer for everything that it was sent.")
    return refusals


def _reason(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)[:500]
    if error.get("type") == "index_not_found_exception":
        raise IndexUnusable("There is no search index on the server")
    return f"{error.get('type')}: {error.get('reason')}"[:500]


def _actions(
    index: str, changes: Iterable[Change], refusals: list[RejectedDocument]
) -> Iterator[dict[str, Any]]:
    for change in changes:
        action = {
            "_index": index,
            "_id": change.document_id,
            "version": change.version,
            "version_type": "external_gte",
        }
        if change.document is None:
            yield action | {"_op_type": "delete"}
            continue
        try:
            yield action | {"_op_type": "index", "_source": entry(change.document, change.version)}
        except (UnknownFacetError, TypeError, ValueError, OverflowError) as error:
            refusals.append(RejectedDocument(change.document_id, str(error)))
