"""Credentials inside addresses."""

import subprocess
import sys

from portal.secrets import split_credentials


def test_an_address_gives_its_credentials_away_at_once():
    found = split_credentials("https://portal-user:pa55%40w@search.example/base")
    assert found == ("https://search.example:443/base", "portal-user", "pa55@w")
    assert split_credentials("http://127.0.0.1:9200") == ("http://127.0.0.1:9200", "", "")
    assert split_credentials("") == ("", "", "")


def test_the_settings_keep_no_password_in_the_address():
    code = (
        "import django; django.setup(); from django.conf import settings as s;"
        "print(s.SEARCH_URL, s.SEARCH_USER, s.SEARCH_PASSWORD == 'pa55')"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "SEARCH_URL": "https://me:pa55@search.example:9200",
    }
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["https://search.example:9200", "me", "True"]
