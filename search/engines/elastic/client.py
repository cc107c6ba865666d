"""The client of a search server: time-outs, no retries, one kind of error."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from ..base import REINDEX, EngineUnavailable, IndexUnusable
from .nodes import DeadlineNode, OpenSearchNode

logger = logging.getLogger(__name__)

_ERROR_NAME = re.compile(r"[a-z_]{1,80}")


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

    Either `api_key` or `user` and `password`; the URL holds neither (see the settings).
    """
    options: dict[str, Any] = {"node_class": OpenSearchNode if kind == "opensearch" else DeadlineNode}
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
def translate_errors() -> Iterator[None]:
    """Raises `EngineUnavailable` for every failure of a server; its message never quotes what was sent."""
    try:
        yield
    except ApiError as error:
        raise _refused(error.status_code, error.error) from error
    except TransportError as error:
        logger.warning("The search server cannot be used: %s", type(error).__name__)
        raise EngineUnavailable(f"The search server does not answer ({type(error).__name__}).") from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # Without a traceback: its local variables hold what people search for.
        logger.error("The search server's answer was not understood: %s", type(error).__name__)
        raise EngineUnavailable("The search server's answer was not understood.") from error


Answer = Mapping[str, Any]


def ask_all(client: Elasticsearch, index: str, bodies: Sequence[Mapping[str, Any]]) -> list[Answer]:
    """Sends several searches in one request. Raises an error unless all are answered completely:
    counts of half an index would be wrong.
    """
    searches = [part for body in bodies for part in ({}, body)]
    answers = client.msearch(index=index, searches=searches)["responses"]
    for answer in answers:
        if "error" in answer:
            raise _refused(answer["status"], answer["error"]["type"])
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise EngineUnavailable("The search server gave half an answer.")
    if len(answers) != len(bodies):
        raise EngineUnavailable("The search server gave half an answer.")
    return answers


def _refused(status: int, name: object) -> EngineUnavailable:
    """The exception for a refusal. Of the error only `name` is logged: its reason may quote what was sent."""
    known = name if _ERROR_NAME.fullmatch(str(name)) else ""
    logger.warning("The search server refused: %s", f"{status} {known}".rstrip())
    if status == 404:
        return IndexUnusable("There is no search index on the server")
    if status == 400:
        return EngineUnavailable(
            f"The search server answered 400: its index may be another version's, run `{REINDEX}`."
        )
    return EngineUnavailable(f"The search server answered {status}.")
