import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
application = get_wsgi_application()

from taxonomy import places  # noqa: E402 - models want Django set up

places.load()  # before workers are made from this process, which then share it
