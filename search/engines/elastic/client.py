"""The connection to a search server: time-outs, no retries, and one kind of error."""

import dataclasses
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from elastic_transport import ConnectionTimeout, HttpHeaders, TransportError, Urllib3HttpNode
from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, Elasticsearch, NotFoundError

from ..base import EngineUnavailable
from ..common import REINDEX

logger = logging.getLogger(__name__)

_ELASTIC_TYPES = "application/vnd.elasticsearch+"
_ERROR_NAME = re.compile(r"[a-z_]{1,80}")


# When the page that asks began to wait (`time.monotonic`); None: each request has its own time-out.
_waits_since: ContextVar[float | None] = ContextVar("search_waits_since", default=None)


@contextmanager
def waiting_once() -> Iterator[None]:
    """Requests inside share one time-out: a page that asks three times waits no longer than for one."""
    token = _waits_since.set(time.monotonic())
    try:
        yield
    finally:
        _waits_since.reset(token)


class BoundedNode(Urllib3HttpNode):
    """Keeps the time-out of `waiting_once`."""

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Any = None,
        request_timeout: Any = DEFAULT,
    ) -> Any:
        since = _waits_since.get()
        if since is not None and isinstance(request_timeout, int | float):
            request_timeout -= time.monotonic() - since
            if request_timeout <= 0:
                raise ConnectionTimeout("The answers came too slowly")
        return super().perform_request(method, target, body, headers, request_timeout)


class OpenSearchNode(BoundedNode):
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


def make_client(
    kind: str,
    url: str,
    *,
    api_key: str = "",
    user: str = "",
    password: str = "",
    ca_certs: str = "",
    timeout: float,
) -> Elasticsearch:
    """`timeout`: seconds to connect, and seconds to answer. Certificates are always verified.

    Either `api_key` or `user` and `password`; the address holds neither (see the settings).
    """
    options: dict[str, Any] = {"node_class": OpenSearchNode if kind == "opensearch" else BoundedNode}
    if api_key:
        options["api_key"] = api_key
    elif user:
        options["basic_auth"] = (user, password)
    if ca_certs:
        options["ca_certs"] = ca_certs
    return Elasticsearch(
        url,
        request_timeout=timeout,
        max_retries=0,
        retry_on_timeout=False,
        retry_on_status=(),
        meta_header=False,
        **options,
    )


@contextmanager
def available() -> Iterator[None]:
    """Every way in which a server may fail is one error, which never repeats what was sent to it."""
    try:
        yield
    except NotFoundError as error:
        logger.warning("The search index is missing on the server: %s", _named(error))
        raise EngineUnavailable(f"There is no search index on the server: run `{REINDEX}`.") from error
    except ApiError as error:
        logger.warning("The search server refused: %s", _named(error))
        raise EngineUnavailable(f"The search server answered {error.status_code}.") from error
    except TransportError as error:
        logger.warning("The search server cannot be used: %s", type(error).__name__)
        raise EngineUnavailable(f"The search server does not answer ({type(error).__name__}).") from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # Without a traceback: its local variables hold what people search for.
        logger.error("The search server's answer was not understood: %s", type(error).__name__)
        raise EngineUnavailable("The search server's answer was not understood.") from error


def _named(error: ApiError) -> str:
    """« 400 illegal_argument_exception »: the reasons that follow may quote what was sent, keys included."""
    known = error.error if _ERROR_NAME.fullmatch(str(error.error)) else ""
    return f"{error.status_code} {known}".rstrip()
