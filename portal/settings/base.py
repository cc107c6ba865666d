"""Settings common to every environment; what differs is read from it (README, « Configuration »)."""

from pathlib import Path

import django.forms
import jinja2
from django.utils.translation import gettext_lazy as _

from portal.settings import policies
from portal.settings.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = Environment()
Environment.read_env(BASE_DIR / ".env")

DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = False
# The demo content has published passwords: development and tests only.
DEMO_ALLOWED = False
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

INSTALLED_APPS = [
    "portal",
    "news",
    "jobs",
    "trainings",
    "community",
    "imports",
    "briefing",
    "alerts",
    "home",
    "notifications",
    "members",
    "search",
    "taxonomy",
    "core",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "django_prose_editor",
    "django_tasks",
    "django_tasks_db",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "portal.middleware.LogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A list is 75 kB of HTML and 14 kB on the wire; each answer is padded against BREACH.
    "django.middleware.gzip.GZipMiddleware",
    "portal.page_cache.PageCacheMiddleware",
    "portal.middleware.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.middleware.CleanTextMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.middleware.ViewerMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "home.middleware.SiteMiddleware",
    "home.redirects.RedirectMiddleware",
    "core.middleware.ConflictMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    # What the portal shows; Django's own folder holds the form widgets.
    {
        "NAME": "jinja2",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates", Path(django.forms.__file__).parent / "jinja2"],
        "OPTIONS": {
            "environment": "core.jinja2.environment",
            "extensions": [
                "core.jinja2.Indentation",
                "jinja2.ext.i18n",
                "wagtail.jinja2tags.core",
                "wagtail.contrib.settings.jinja2tags.settings",
                "wagtail.images.jinja2tags.images",
                "home.jinja2tags.PortalExtension",
            ],
            "autoescape": jinja2.select_autoescape(disabled_extensions=("txt",), default=True),
            "undefined": jinja2.Undefined,
            "context_processors": [
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.context_processors.site",
                "notifications.context_processors.bell",
            ],
        },
    },
    # Wagtail's admin and what the portal adds to it (`<app>/templates/`).
    {
        "NAME": "django",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    },
]

FORM_RENDERER = "home.forms.PortalFormRenderer"

# --- Database: SQLite by default, PostgreSQL by DATABASE_URL ---

DATABASES = {"default": env.database("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        # A transaction that reads before it writes would otherwise fail with « database is locked » at once.
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000;"
        ),
    }
elif env.bool("PREPARED_STATEMENTS", default=True):
    # Of compiled queries: PostgreSQL plans one once a connection, not each time (ADR 22).
    DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 5
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Caches: what processes must agree on (rate limits), and what each keeps to be quick ---

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"},
    # What a process has counted (`core.limits`) and not told the others yet.
    "counts": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "counts",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # Visitors' pages, some ten kilobytes each. Entries are told to be current by the database.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
    # Parts of pages that many readers share (`core.content`), under the same version.
    "content": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "content",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
}

# Requests that one account, and one address, may send in so many seconds (`core.limits`). They stop programs:
# nobody reads or writes that fast, and a whole hospital may stand behind one address.
MINUTE, HOUR = 60, 3600
RATE_LIMITS = {
    "search": (240, 1200, MINUTE),
    "suggestions": (300, 1500, MINUTE),
    "previews": (240, 2400, MINUTE),
    "threads": (60, 600, HOUR),
    "messages": (300, 3000, HOUR),  # replies, corrections, deletions
    "reports": (60, 600, HOUR),
    "memberships": (120, 1200, HOUR),  # joining, asking, leaving
    "invitations": (300, 1200, HOUR),
    "groups": (60, 300, HOUR),
    "uploads": (60, 600, HOUR),
}
if not env.bool("RATE_LIMITS", default=True):
    RATE_LIMITS = {}

# SQL of hot queries is compiled once a process (`core.compiled_query`); off: built by Django each time.
COMPILED_QUERIES = env.bool("COMPILED_QUERIES", default=True)

# --- Accounts ---

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "members.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "members.forms.account.LoginForm",
    "signup": "members.forms.account.SignupForm",
    "add_email": "members.forms.account.AddEmailForm",
    "change_password": "members.forms.account.ChangePasswordForm",
    "set_password": "members.forms.account.SetPasswordForm",
    "reset_password": "members.forms.account.ResetPasswordForm",
    "reset_password_from_key": "members.forms.account.ResetPasswordKeyForm",
    "reauthenticate": "members.forms.account.ReauthenticateForm",
}
# Only in the browser that signed up: the link alone signs nobody in.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Texts of visitors (« core.form_drafts ») that wait in sessions; a hospital may be behind one address.
ACCOUNT_RATE_LIMITS = {
    "keep_text": "60/h/ip",
    # Wrong passwords for one account from one device or network; from all devices that it does not know.
    "login_failed": "5/5m/key,30/d/key",
    "login_guess": "20/m/ip,200/d/key",
}
# How many proxies stand before the portal: rate limits count the addresses that those report.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
WAGTAIL_FRONTEND_LOGIN_URL = "/compte/connexion/"

# --- Language and time ---

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

# --- Files ---

STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Never served by address: what members send about themselves.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DATA_DIR / "private",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Wagtail ---

WAGTAIL_SITE_NAME = "Portail"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_I18N_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", "Français"), ("en", "English")]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "ods", "pdf", "pptx", "txt", "xlsx"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# A good camera's photograph. What is larger is refused by its first bytes: unpacked, it fills the memory.
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "home.images.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# One way to change an address or a forgotten password, with its confirmation: /compte/.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILADMIN_USER_LOGIN_FORM = "members.forms.admin.AdminLoginForm"
TAGGIT_CASE_INSENSITIVE = True

# --- Search: embedded engine unless SEARCH_URL names a server ---

# Credentials that the address holds are taken out of it: it is shown in logs and messages, they never are.
SEARCH_URL, SEARCH_USER, SEARCH_PASSWORD = env.server("SEARCH_URL")
SEARCH_USER = env("SEARCH_USER", default=SEARCH_USER)
SEARCH_PASSWORD = env("SEARCH_PASSWORD", default=SEARCH_PASSWORD)
SEARCH_KIND = env("SEARCH_KIND", default="elasticsearch" if SEARCH_URL else "embedded")
SEARCH_INDEX = env("SEARCH_INDEX", default="portal")
SEARCH_DIR = DATA_DIR / "search"
SEARCH_API_KEY = env("SEARCH_API_KEY", default="")
SEARCH_CA_CERTS = env("SEARCH_CA_CERTS", default="")
SEARCH_REPLICAS = env.int("SEARCH_REPLICAS", default=0)
SEARCH_TIMEOUT = env.float("SEARCH_TIMEOUT", default=1.5)
# "commit": the request that changed something drains the outbox once committed; "worker": maintenance does.
SEARCH_DRAIN = env("SEARCH_DRAIN", default="worker" if SEARCH_URL else "commit")
# How long it is known how often something was looked for (see `search.results.analytics`).
SEARCH_QUERY_DAYS = env.int("SEARCH_QUERY_DAYS", default=90)

# --- Tasks and mail ---

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
vars().update(env.email("EMAIL_URL", default="consolemail://"))
# Requests put messages into the task queue; `db_worker` sends them with this backend.
MAIL_DELIVERY_BACKEND = vars()["EMAIL_BACKEND"]
EMAIL_BACKEND = "portal.mail.QueuedEmailBackend"
EMAIL_TIMEOUT = 10
# What django-anymail needs of a mail provider: {"BREVO_API_KEY": "…", "WEBHOOK_SECRET": "name:word"}.
ANYMAIL = env.json("ANYMAIL", default={})
# For example anymail.backends.brevo.EmailBackend; without it, EMAIL_URL says how.
MAIL_DELIVERY_BACKEND = env("MAIL_DELIVERY_BACKEND", default=MAIL_DELIVERY_BACKEND)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="portail@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Notifications ---

# Seconds before a mail that comes at once leaves: who reads meanwhile on the site gets none.
NOTIFICATION_MAIL_DELAY = env.int("NOTIFICATION_MAIL_DELAY", default=60)
# When daily and weekly mails leave (the weekly one on Mondays), in the portal's time zone.
NOTIFICATION_DIGEST_HOUR = env.int("NOTIFICATION_DIGEST_HOUR", default=7)
# Questions put to one's profession that somebody is told of within a day, at most.
NOTIFICATION_QUESTIONS_A_DAY = env.int("NOTIFICATION_QUESTIONS_A_DAY", default=3)
# Notifications older than that are deleted.
NOTIFICATION_DAYS = env.int("NOTIFICATION_DAYS", default=180)

# --- Security ---

CONTENT_SECURITY_POLICY = {"DIRECTIVES": policies.PAGES}
ADMIN_CONTENT_SECURITY_POLICY = policies.ADMIN
PERMISSIONS_POLICY = policies.DEVICES
X_FRAME_OPTIONS = "DENY"  # the admin lifts it for its own preview panel
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
DEFAULT_EXCEPTION_REPORTER_FILTER = "portal.secrets.SecretsFilter"

# --- Logs: one line of key=value (dev) or JSON (production) per event, with the request's id ---
# No account stands beside an address: addresses hold what people search.

from portal.logging import logging_config

LOG_FORMAT = env("LOG_FORMAT", default="console")
LOGGING = logging_config(LOG_FORMAT, env("LOG_LEVEL", default="INFO"))
