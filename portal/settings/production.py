"""Production: refuses to start, saying what to set, rather than run unsafely."""

from django.core.exceptions import ImproperlyConfigured

from .base import *
from .base import env

if env.bool("DEBUG", default=False):
    raise ImproperlyConfigured(
        "DEBUG must not be set in production: unset DEBUG, or use portal.settings.dev."
    )

_REQUIRED = {
    "SECRET_KEY": "a long random string (`python -c 'import secrets; print(secrets.token_urlsafe(50))'`)",
    "ALLOWED_HOSTS": "the host names that the portal answers to, separated by commas",
    "DATABASE_URL": "for example postgres://user:password@host/name",
    "SITE_URL": "the portal's own address, for example https://portail.example",
    "EMAIL_URL": "for example smtp+tls://user:password@host:587",
}
_missing = [f"{name}: {what}" for name, what in _REQUIRED.items() if not env(name, default="")]
if _missing:
    raise ImproperlyConfigured("Set these environment variables before starting:\n  " + "\n  ".join(_missing))

SECRET_KEY = env("SECRET_KEY")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
    raise ImproperlyConfigured("SECRET_KEY is too short or too regular: set 50 random characters or more.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the portal's host names, not « * ».")
if not env("SITE_URL").startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must start with https:// in production.")

LOG_FORMAT = env("LOG_FORMAT", default="json")
LOGGING = logging_config(LOG_FORMAT, env("LOG_LEVEL", default="INFO"))

CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[env("SITE_URL").rstrip("/")])
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
# Both bind names that are not the portal's, for long: only who asks for them gets them.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
