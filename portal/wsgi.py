import os
from pathlib import Path

import environ
from django.core.wsgi import get_wsgi_application

environ.Env.read_env(Path(__file__).resolve().parent.parent / ".env")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
application = get_wsgi_application()

from django.template import engines  # noqa: E402 - these want Django set up
from django.urls import resolve  # noqa: E402

from taxonomy import places  # noqa: E402

# Before workers are made from this process, which then share it: each would load it at its first requests.
places.load()
resolve("/")  # imports all views
templates = engines["jinja2"].env
for name in templates.list_templates():
    templates.get_template(name)
