"""Transport nodes of the client: the shared deadline, and the adapter for OpenSearch."""

import dataclasses
import time
from typing import Any

from elastic_transport import ConnectionTimeout, HttpHeaders, Urllib3HttpNode
from elastic_transport.client_utils import DEFAULT

from ..deadline import deadline

_ELASTIC_TYPES = "application/vnd.elasticsearch+"


class DeadlineNode(Urllib3HttpNode):
    """Limits each request to the time that is left until the deadline of its page (`shared_deadline`)."""

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Any = None,
        request_timeout: Any = DEFAULT,
    ) -> Any:
        seconds = self.config.request_timeout if request_timeout is DEFAULT else request_timeout
        left = deadline(seconds) - time.monotonic()
        if left <= 0:
            raise ConnectionTimeout("The answers came too slowly")
        return super().perform_request(method, target, body, headers, left)


class OpenSearchNode(DeadlineNode):
    """Lets the Elasticsearch client talk to OpenSearch.

    Two things differ on the wire. The client speaks `application/vnd.elasticsearch+json; compatible-with=9`,
    which OpenSearch does not know: plain `application/json` and `application/x-ndjson` are sent instead.
    And the client wants to be told `X-Elastic-Product: Elasticsearch` before it goes on. What the portal
    puts in its requests is the part of the language that both servers share.
    """

    def perform_request(
        self, method: str, target: str, body: bytes | None = None, headers: Any = None, **options: Any
    ) -> Any:
        sent = HttpHeaders(headers or {})
        for name in ("accept", "content-type"):
            if name in sent:
                sent[name] = ",".join(_plain(part) for part in sent[name].split(","))
        response = super().perform_request(method, target, body=body, headers=sent, **options)
        received = response.meta.headers.copy()
        received["x-elastic-product"] = "Elasticsearch"
        return response._replace(meta=dataclasses.replace(response.meta, headers=received))


def _plain(media_type: str) -> str:
    name = media_type.partition(";")[0].strip()
    return name.replace(_ELASTIC_TYPES, "application/")
