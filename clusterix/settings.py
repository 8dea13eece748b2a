"""The settings of CLUSTERIX, read from the environment (and `.env` in development) only."""

from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from clusterix import database
from clusterix.lib import logs, rest

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / ".data"

env = environ.Env()
env.read_env(BASE_DIR / ".env")

# What a deployment decides. Without DEBUG the first three have no default: it refuses to start.

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="for development only" if DEBUG else env.NOTSET)
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000" if DEBUG else env.NOTSET).rstrip("/")
DATABASES = {
    "default": database.development_settings(DATA_DIR)
    if DEBUG and "DATABASE_URL" not in env
    else env.db_url("DATABASE_URL")
}
# The development server has a thread a request, which would keep its connection for nothing.
DATABASES["default"] |= {} if DEBUG else {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname or ""])
CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://clusterix_cache")}
CATALOGUE_MAY_LAG = env.float("CATALOGUE_MAY_LAG", default=0.25)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="CLUSTERIX <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_GOES_TO = f"filemail:///{DATA_DIR / 'mail'}" if DEBUG else "smtp://localhost:25"
vars().update(env.email_url("EMAIL_URL", default=MAIL_GOES_TO))
EMAIL_TIMEOUT = 20
MAIL_REPORTS_SECRET = env.str("MAIL_REPORTS_SECRET", default="")
MAIL_REPORTS_KEY = env.str("MAIL_REPORTS_KEY", default="")

# Django

ROOT_URLCONF = "clusterix.urls"
WSGI_APPLICATION = "clusterix.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "curation.User"

INSTALLED_APPS = [
    "clusterix.privacy",
    "workshops.registration",
    "workshops.outcomes",
    "workshops.reviews",
    "workshops",
    "initiatives.following",
    "initiatives.comments",
    "initiatives",
    "people.merging",
    "people",
    "clusterix.content",
    "clusterix.curation.batches",
    "clusterix.curation.reports",
    "clusterix.curation.invitations",
    "clusterix.curation.news",
    "clusterix.curation.saved",
    "clusterix.curation.proposals",
    "clusterix.curation.freshness",
    "clusterix.curation",
    "clusterix.mail",
    "clusterix.curation.apps.CurationAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "procrastinate.contrib.django",
    "simple_history",
    "template_partials",
]

MIDDLEWARE = [
    "clusterix.lib.middleware.record",
    "clusterix.lib.middleware.locate",
    "django.middleware.security.SecurityMiddleware",
    "clusterix.lib.middleware.send_headers",
    "clusterix.lib.caching.say_who_may_keep",
    "csp.middleware.CSPMiddleware",
    "clusterix.lib.middleware.bound",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "clusterix.lib.theme.keep_apart",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["clusterix.lib.tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
CONTENT_LANGUAGES = [
    ("cs", _("Czech")),
    ("da", _("Danish")),
    ("de", _("German")),
    ("en", _("English")),
    ("fr", _("French")),
    ("hu", _("Hungarian")),
    ("it", _("Italian")),
    ("nl", _("Dutch")),
    ("ro", _("Romanian")),
    ("sv", _("Swedish")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "clusterix.formats"
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Nothing is served from there: files are handed out by a view, without an address of their own.
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(DATA_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Signing in: partners are invited, nobody signs up

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "clusterix.curation.accounts.InvitationOnly"
ACCOUNT_FORMS = {"login": "clusterix.curation.accounts.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
USERSESSIONS_TRACK_ACTIVITY = False
MFA_TOTP_ISSUER = "Clusterix"
ACCOUNT_SESSION_REMEMBER = False
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_FORMS = {"add_webauthn": "clusterix.curation.accounts.PasskeyForm"}
MFA_REQUIRED = not DEBUG

# Headers

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS = SITE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/$", r"^readyz/$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS

# Bounds on what a request may carry

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# The interface for programs: without a limit where it is 0

API_REQUESTS_A_MINUTE = env.int("API_REQUESTS_A_MINUTE", default=600)
REST_FRAMEWORK = rest.FRAMEWORK
SPECTACULAR_SETTINGS = rest.SCHEMA

LOGGING = logs.configuration(json=not DEBUG)
