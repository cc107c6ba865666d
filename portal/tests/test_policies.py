"""What browsers are told that a page may load and use."""

import pytest

pytestmark = pytest.mark.django_db


def policy_of(response) -> dict[str, list[str]]:
    directives = (part.split() for part in response["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in directives}


def test_a_page_runs_no_script_of_its_own_text_and_stands_in_no_frame(client, site):
    for path in ("/", "/compte/connexion/", "/rien-de-tel/"):
        policy = policy_of(client.get(path))
        assert policy["default-src"] == policy["frame-ancestors"] == ["'none'"]
        assert policy["script-src"] == policy["style-src"] == ["'self'"]


def test_the_admin_asks_nothing_of_anybody_else(client_of, client, editor, site):
    for response in (client.get("/admin/login/"), client_of(editor).get("/admin/")):
        assert response.status_code == 200
        policy = policy_of(response)
        assert policy["default-src"] == ["'none'"]
        allowed = {source for sources in policy.values() for source in sources}
        assert allowed == {"'none'", "'self'", "'unsafe-inline'", "data:", "blob:"}
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == ["'self'"]


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/rien-de-tel/"])
def test_no_page_may_use_a_device(client, site, path):
    policy = client.get(path)["Permissions-Policy"]
    for device in ("camera", "microphone", "geolocation", "payment", "usb"):
        assert f"{device}=()" in policy
