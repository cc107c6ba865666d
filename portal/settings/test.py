"""Settings of the test suite: own data folder, fast passwords, mail in memory."""

import atexit
import os
import shutil
import tempfile

# Every run (and each of its parallel workers) has a data folder of its own.
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="portal-tests-")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

from .base import *
from .base import CONTENT_SECURITY_POLICY  # noqa: F401

SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["*"]
DEMO_ALLOWED = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {
    **CACHES,
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"},
}
EMAIL_BACKEND = MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
NOTIFICATION_MAIL_DELAY = 0
RATE_LIMITS = {}  # tests do in a minute what people do in a month; those of limits set their own
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
LOGGING["loggers"]["django"]["level"] = "CRITICAL"
LOGGING["loggers"]["portal.requests"] = {"level": "CRITICAL"}
