"""What logs must not tell: keys of the links that mails carry, values of variables."""

import logging

import pytest

from portal.logging import logging_config

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
