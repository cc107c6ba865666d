"""The connection to a search server: time-outs, no retries, and one kind of error."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError

from ..base import REINDEX, EngineUnavailable, IndexUnusable
from .nodes import BoundedNode, OpenSearchNode

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
        raise IndexUnusable("There is no search index on the server") from error
    except BadRequestError as error:
        logger.warning("The search server did not understand: %s", _named(error))
        raise EngineUnavailable(
            f"The search server answered 400: its index may be another version's, run `{REINDEX}`."
        ) from error
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
