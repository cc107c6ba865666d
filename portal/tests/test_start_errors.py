"""Settings that cannot be used, a database that does not answer: a command says so in one sentence."""

import os
import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

import manage as script
from portal.settings.environment import Environment
from portal.tests.test_settings import manage

pytestmark = pytest.mark.database_free
DEV = {"DJANGO_SETTINGS_MODULE": "portal.settings.dev"}


def said(*command: str, tmp_path, **environment: str) -> str:
    """What a command that must fail writes: one line."""
    run = manage(*command, tmp_path=tmp_path, **(DEV | environment))
    assert run.returncode != 0
    lines = run.stderr.strip().splitlines()
    assert len(lines) == 1, run.stderr
    return lines[0]


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda env: env.database("ADDRESS", default=""), "nonsense"),
        (lambda env: env.database("ADDRESS", default=""), "mysql://portal:hunter2@host/name"),
        (lambda env: env.database("ADDRESS", default=""), "postgres://portal:hunter2@host:port/name"),
        (lambda env: env.email("ADDRESS", default=""), "mail.example"),
        (lambda env: env.email("ADDRESS", default=""), "smtp://portal:hunter2@host:port"),
        (lambda env: env.server("ADDRESS"), "127.0.0.1:9200"),
        (lambda env: env.server("ADDRESS"), "http://portal:hunter2@127.0.0.1:99999"),
        (lambda env: env.float("ADDRESS", default=1.5), "soon"),
        (lambda env: env.int("ADDRESS", default=60), "1 minute"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_no_password_shown(read, value, monkeypatch):
    monkeypatch.setenv("ADDRESS", value)
    with pytest.raises(ImproperlyConfigured, match="ADDRESS cannot be used") as raised:
        read(Environment())
    assert "hunter2" not in str(raised.value)


def test_a_value_that_cannot_be_used_is_one_sentence(tmp_path):
    assert said("check", tmp_path=tmp_path, DATABASE_URL="nonsense").startswith("DATABASE_URL cannot be used")


@pytest.mark.parametrize(
    "url",
    [
        "postgres://portal:hunter2@127.0.0.1:9/name",  # the discard port: nobody listens
        "postgres://portal:hunter2@host.invalid/name",
        "sqlite:////no/such/folder/portal.sqlite3",
    ],
)
def test_a_database_that_does_not_answer_is_one_sentence(url, tmp_path):
    sentence = said("migrate", tmp_path=tmp_path, DATABASE_URL=url)
    assert sentence.startswith("The database cannot be reached (DATABASE_URL): ")
    assert "hunter2" not in sentence


def test_a_busy_port_is_said_before_anything_is_set_up(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert f"Port {port} cannot be used" in said("serve", str(port), tmp_path=tmp_path)
    assert not (tmp_path / "portal.sqlite3").exists()


def test_a_file_beside_the_project_names_the_settings(tmp_path, monkeypatch):
    """`.env` is read before Django looks for its settings: README says that it may name them."""
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE")
    monkeypatch.setattr(script, "__file__", str(tmp_path / "manage.py"))
    monkeypatch.setattr("django.core.management.execute_from_command_line", lambda argv: None)
    (tmp_path / ".env").write_text("DJANGO_SETTINGS_MODULE=portal.settings.production\n")
    script.main()
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "portal.settings.production"
