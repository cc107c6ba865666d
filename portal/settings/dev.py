"""A developer's machine and `make demo`: nothing to configure."""

import secrets

from .base import *
from .base import DATA_DIR, env

DEBUG = env.bool("DEBUG", default=False)
DEMO_ALLOWED = True


def _own_secret_key() -> str:
    """A key made once for this machine and kept in its data folder, never in the repository."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = env("SECRET_KEY", default="") or _own_secret_key()
ALLOWED_HOSTS = ["*"] if DEBUG else env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
if DEBUG:
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
