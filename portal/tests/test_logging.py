"""What logs must not tell: keys of the links that mails carry, values of variables."""

import logging

import pytest
import structlog

from portal.logging import logging_config
from portal.middleware import LogMiddleware

pytestmark = pytest.mark.database_free

RESET = "/compte/mot-de-passe/oublie/1-c8x2kq-7d0f5e0a9b/"
CONFIRM = "/compte/adresse/lien/MQ:1abcde:K3yOfTheLink/"


def logged(log_format: str, record: logging.LogRecord) -> str:
    config = logging_config(log_format, "INFO")["formatters"]["default"]
    return config.pop("()")(**config).format(record)


def record(message: str, *args: str, **kwargs) -> logging.LogRecord:
    return logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, args, **kwargs)


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize("address", [RESET, CONFIRM])
def test_keys_of_links_are_not_logged(log_format, address):
    said = logged(log_format, record("Not Found: %s", address, exc_info=None))
    assert "/compte/" in said
    assert not any(key in said for key in ("c8x2kq", "7d0f5e0a9b", "K3yOfTheLink"))


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_errors_are_logged_without_the_values_of_variables(log_format):
    password = "".join(["une phrase", " que personne", " ne connaît"])
    try:
        int("x", base=len(password[:2]))
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    said = logged(log_format, record("Internal Server Error", exc_info=info))
    assert "ValueError" in said
    assert password not in said


@pytest.mark.parametrize(
    ("proxies", "reported", "logged_address"),
    [
        (0, "", "127.0.0.1"),
        (0, "9.9.9.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "9.9.9.9, 5.5.5.5", "5.5.5.5"),
        (2, "9.9.9.9, 5.5.5.5,10.0.0.1", "5.5.5.5"),
        (3, "5.5.5.5", "127.0.0.1"),
    ],
)
def test_the_address_is_the_one_that_our_proxies_report(rf, settings, proxies, reported, logged_address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    with structlog.contextvars.bound_contextvars():
        LogMiddleware.bind_ip(rf.get("/", headers={"X-Forwarded-For": reported} if reported else {}))
        bound = structlog.contextvars.get_contextvars()["ip"]
    structlog.contextvars.clear_contextvars()
    assert bound == logged_address
