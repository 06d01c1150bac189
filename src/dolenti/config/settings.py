"""Settings of the site. Everything that differs between places comes from the environment.

========================  ===========================================================  =========
``DOLENTI_DATA``          the folder of the database and the secret key                ``./var``
``DOLENTI_SECRET_KEY``    the secret key, where a file will not do                     a file
``DATABASE_URL``          a PostgreSQL                                                 SQLite
``DOLENTI_HOSTS``         the names the site answers to, with commas                   this machine
``DOLENTI_BEHIND_PROXY``  ``1`` where a proxy ends TLS and sets X-Forwarded-Proto      not set
``DOLENTI_DEBUG``         ``1`` shows errors in the browser: never with patients       not set
========================  ===========================================================  =========
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from dolenti.access.secret import secret_key

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("DOLENTI_DATA", "var")).resolve()

DEBUG = os.environ.get("DOLENTI_DEBUG") == "1"
SECRET_KEY = secret_key(DATA)

THIS_MACHINE = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [h for h in os.environ.get("DOLENTI_HOSTS", "").split(",") if h] or THIS_MACHINE
LOCAL = set(ALLOWED_HOSTS) <= set(THIS_MACHINE)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",  # the automatic one rewrites TEMPLATES behind our back
    "django_htmx",
    "csp",
    "dolenti.config",
    "dolenti.access",
    "dolenti.records",
    "dolenti.ui",
    "dolenti.clinic",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dolenti.ui.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dolenti.access.middleware.NoStoreMiddleware",
]

ROOT_URLCONF = "dolenti.config.urls"
WSGI_APPLICATION = "dolenti.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dolenti.ui.context.chrome",
            ],
        },
    }
]
COTTON_BASE_DIR = PACKAGE / "ui"

# --- Database ----------------------------------------------------------------------------------

SQLITE = {
    "ENGINE": "dolenti.config.sqlite",
    "NAME": DATA / "dolenti.sqlite3",
    "TEST": {"NAME": str(DATA / "test.sqlite3")},  # a file, in WAL mode, like the real one
    "OPTIONS": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",  # a transaction that will write says so at its start
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=0;"
            " PRAGMA foreign_keys=ON"
        ),
    },
}
DATABASES: dict[str, Any] = {
    "default": (
        dj_database_url.config(conn_max_age=60, conn_health_checks=True)
        if os.environ.get("DATABASE_URL")
        else SQLITE
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "access.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_AGE = 12 * 3600  # one working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not LOCAL
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "dolenti.clinic.views.errors.csrf_failure"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

# --- Security ----------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = not LOCAL
SECURE_HSTS_SECONDS = 0 if LOCAL else 365 * 24 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get("DOLENTI_BEHIND_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- What people send --------------------------------------------------------------------------

UPLOAD_LIMIT = 10 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["dolenti.ui.uploads.BoundedUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Language and time -------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "ui" / "locale"]
USE_I18N = True
TIME_ZONE = os.environ.get("TZ") or "Europe/Paris"
USE_TZ = True

# --- Files served ------------------------------------------------------------------------------

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # served from the package: no collecting step to forget

# --- Logs: who did what is the audit's; these say that something broke, never about whom --------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
