"""Settings of the site. Everything that differs between places comes from the environment.

============================  =======================================================  =========
``DOLENTI_DATA``              the folder of the database and the secret key            ``./var``
``DOLENTI_SECRET_KEY``        the secret key, where a file will not do                 a file
``DOLENTI_FORMER_KEYS``       former secret keys, with commas: they open what they     none
                              sealed, beside those of the file ``former-keys``
``DOLENTI_WITNESS``           a second file for the end of the audit trail, of         none
                              another disk or machine
``DOLENTI_COPY_ELSEWHERE``    how a folder of copies that lies on the disk of the     not set
                              data gets to another place all the same
``DATABASE_URL``              a PostgreSQL, or another SQLite                          SQLite
``DOLENTI_DATABASE_WAY``      what protects the way to a PostgreSQL on another machine,  not set
                              where its certificate is not verified
``DOLENTI_HOSTS``             the names the site answers to, with commas               this machine
``DOLENTI_BEHIND_PROXY``      ``1`` where a proxy ends TLS and sets X-Forwarded-Proto  not set
                              and X-Forwarded-For
``DOLENTI_SUBDOMAINS_TLS``    ``1`` where every name below that of the site has TLS too,  not set
                              and browsers may be told so
``DOLENTI_MFA_REQUIRED_FOR``  roles that log in with a second step, with commas,       both [#]_
                              or ``nobody``
``DOLENTI_LEAKED_PASSWORDS``  a file of the SHA-1 of leaked passwords, in order        none
``DOLENTI_ADDRESS``           where its messages lead back to: ``https://…``           first host
``DOLENTI_MAIL``              ``smtp://user:password@host:port``, or ``smtps://``      files [#]_
``DOLENTI_MAIL_FROM``         who the site's messages come from                    dolenti@…
``DOLENTI_ALARM_TO``          whom ``dolenti alarm`` writes to, with commas             nobody
``DOLENTI_BOUNCES``           mailbox of the mail that comes back (maildir, or mbox)  not read
``DOLENTI_SMS``               dotted name of what sends an SMS (``docs/follow-up.md``)  none [#]_
``DOLENTI_METRICS_TOKEN``     lets its bearer read ``/metrics`` from elsewhere         not set
``DOLENTI_CERTIFICATE``       a file with the site's certificate, where asking the     not set
                              address by TLS will not do
``DOLENTI_DISK_FLOOR``        MB below which the site says that it is not ready        200
``DOLENTI_LOG_LEVEL``         of the site's own messages: ``debug`` to ``error``       info
``DOLENTI_DEBUG``             ``1`` shows errors in the browser: never with patients   not set
============================  =======================================================  =========

.. [#] ``practitioner,administrator``; a site's own policy ``second-step-for`` comes before it.
.. [#] Nobody reads them but who looks there: patients are then told nothing by mail.
.. [#] In the demo and with ``DOLENTI_DEBUG`` an SMS is a file; elsewhere none leaves.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from dolenti.access import cookies
from dolenti.access.mail import read_mail_address
from dolenti.access.policies import roles_in
from dolenti.access.secret import former_keys, secret_key
from dolenti.config import environment, logs, private
from dolenti.safekeeping.databases import database

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("DOLENTI_DATA", "var")).resolve()
# Where the end of the trail is kept a second time (access.heads).
WITNESS = Path(kept).absolute() if (kept := os.environ.get("DOLENTI_WITNESS", "")) else None

private.keep(DATA)  # the one place where every way in passes before it writes anything

COPY_ELSEWHERE = os.environ.get("DOLENTI_COPY_ELSEWHERE", "").strip()
DEBUG = environment.is_on("DOLENTI_DEBUG")
SECRET_KEY = secret_key(DATA)
# They open what they sealed. Not Django's own fallbacks: those would go on to sign, and a key is
# changed because somebody else may have it.
FORMER_KEYS = former_keys(DATA)

THIS_MACHINE = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = environment.hosts("DOLENTI_HOSTS") or THIS_MACHINE
LOCAL = set(ALLOWED_HOSTS) <= set(THIS_MACHINE)
ALLOWED_HOSTS += [h for h in THIS_MACHINE if h not in ALLOWED_HOSTS]  # its own monitoring
BEHIND_PROXY = environment.is_on("DOLENTI_BEHIND_PROXY")
CERTIFICATE = os.environ.get("DOLENTI_CERTIFICATE", "")
DISK_FLOOR = int(os.environ.get("DOLENTI_DISK_FLOOR") or 200) * 2**20  # bytes

INSTALLED_APPS = [
    "dolenti.config",  # before Django's own: its `createsuperuser` comes before theirs
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",  # the automatic one rewrites TEMPLATES behind our back
    "django_htmx",
    "csp",
    "django_tasks",
    "django_tasks_db",
    # Not "allauth" itself: a page of it that we forgot to write fails, and is never shown as it is.
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "dolenti.access",
    "dolenti.ledger",
    "dolenti.records",
    "dolenti.stock",
    "dolenti.agenda",
    "dolenti.treatment",
    "dolenti.serum",
    "dolenti.readiness",
    "dolenti.safety",
    "dolenti.followup",
    "dolenti.diary",
    "dolenti.letters",
    "dolenti.rights",
    "dolenti.ui",
    "dolenti.clinic",
    "dolenti.portal",
    "dolenti.work",
]

MIDDLEWARE = [
    "dolenti.config.observe.ObserveMiddleware",  # outermost: it sees every answer
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "dolenti.access.middleware.CookiesMiddleware",  # before any cookie is asked for in a query
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dolenti.ui.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "dolenti.access.opened_at.OpenedAtMiddleware",  # Django's CSRF, and the site of a form
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # It reads all of a form, however slowly that comes, before anybody asks who sent it.
    "dolenti.access.middleware.NoControlsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "dolenti.access.clock.SiteClockMiddleware",
    "dolenti.access.sessions.SessionEndMiddleware",
    "dolenti.access.handed.HandedMiddleware",
    "dolenti.access.rates.RateMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dolenti.access.middleware.NoStoreMiddleware",
    "dolenti.access.middleware.GatheringMiddleware",  # innermost: all that a view reads, no more
]

ROOT_URLCONF = "dolenti.config.urls"
WSGI_APPLICATION = "dolenti.config.wsgi.application"

FORM_RENDERER = "dolenti.ui.fields.Renderer"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # A subject's pages stand in its folder: "clinic/patients/page.html" is that very file.
        "DIRS": [PACKAGE],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
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
                "dolenti.access.opened_at.token",
            ],
        },
    }
]
COTTON_BASE_DIR = PACKAGE / "ui"

# --- Database ----------------------------------------------------------------------------------

DATABASES: dict[str, Any] = {"default": database(os.environ.get("DATABASE_URL"), DATA)}
DATABASE_WAY = os.environ.get("DOLENTI_DATABASE_WAY", "").strip()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["dolenti.access.backend.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "dolenti.access.passwords.NotLikeTheirName"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "dolenti.access.passwords.NotGuessedFirst"},
    {"NAME": "dolenti.access.leaked.NotLeaked"},
]
LEAKED_PASSWORDS = Path(said) if (said := os.environ.get("DOLENTI_LEAKED_PASSWORDS", "")) else None
PASSWORD_RESET_TIMEOUT = 3600

# Accounts are made by an administrator; nobody signs up.
ACCOUNT_ADAPTER = "dolenti.access.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")  # no code by e-mail
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # asks for a password to log in; no more
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
# Django's: the address in it is the account's; allauth's would keep a second list of addresses.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
# A whole clinic stands behind one address, so an address gets more than an account.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "50/5m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/h/key",
}
ACCOUNT_FORMS = {
    "login": "dolenti.access.forms.LoginForm",
    "reauthenticate": "dolenti.access.forms.ConfirmPasswordForm",
    "change_password": "dolenti.access.forms.ChangePasswordForm",
    "reset_password": "dolenti.access.forms.ResetPasswordForm",
    "reset_password_from_key": "dolenti.access.forms.NewPasswordForm",
    "user_token": "dolenti.access.forms.ResetLinkForm",
}
MFA_ADAPTER = "dolenti.access.adapters.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an administrator gave the address
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Dolenti"
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds either way: clocks of telephones
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_FORMS = {
    "authenticate": "dolenti.access.forms.CodeForm",
    "reauthenticate": "dolenti.access.forms.ConfirmCodeForm",
    "activate_totp": "dolenti.access.forms.ActivateAppForm",
    "add_webauthn": "dolenti.access.forms.AddPasskeyForm",
    "login_webauthn": "dolenti.access.forms.LoginPasskeyForm",
}
MFA_REQUIRED_FOR = roles_in(
    os.environ.get("DOLENTI_MFA_REQUIRED_FOR", "practitioner,administrator")
)
if BEHIND_PROXY:
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

SESSION_IDLE = 30 * 60  # seconds without a request
SESSION_LIFETIME = SESSION_COOKIE_AGE = 12 * 3600  # one working day, whatever was done in it
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not LOCAL
SESSION_COOKIE_NAME = cookies.of_site("sessionid", tls=not LOCAL)
CSRF_COOKIE_NAME = cookies.of_site("csrftoken", tls=not LOCAL)
LANGUAGE_COOKIE_NAME = cookies.of_site("django_language", tls=not LOCAL)
MESSAGE_STORAGE = "dolenti.ui.notices.Notices"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "dolenti.clinic.errors.views.csrf_failure"
ANOTHER_SITE_VIEW = "dolenti.clinic.errors.views.another_site"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

# Counts of wrong passwords and codes: in the database, so that every process sees the same. It is
# slow for a cache; nothing else is kept in it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "access_attempts",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # fewer could be pushed out by trying many addresses
    },
    # What the knowledge looks like on a page: the same for everybody, and kept by each process.
    "knowledge": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "knowledge",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 4_000},
    },
    # What each account asked for in this minute (access.rates).
    "rates": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "rates",
        "OPTIONS": {"MAX_ENTRIES": 4_000},
    },
}
# By one account in a minute; by each process.
RATES = {"requests": 600, "searches": 120, "files": 120}
MAIL = read_mail_address(os.environ.get("DOLENTI_MAIL", ""))
ALARM_TO = tuple(filter(None, map(str.strip, os.environ.get("DOLENTI_ALARM_TO", "").split(","))))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_TIMEOUT = 10
if MAIL:
    EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL.ssl, not MAIL.ssl
# How a message of ours leads back here. Never what a request says: anybody may say it.
ADDRESS = environment.address("DOLENTI_ADDRESS") or (
    "http://localhost:8000" if LOCAL else f"https://{ALLOWED_HOSTS[0]}"
)
# Where mail that was not delivered comes back to (see ``diary.bounces``).
BOUNCES = Path(_bounces) if (_bounces := os.environ.get("DOLENTI_BOUNCES", "").strip()) else None
# What sends an SMS: the dotted name of a function (see ``diary.senders``).
SMS_SENDER = os.environ.get("DOLENTI_SMS", "")
DEFAULT_FROM_EMAIL = os.environ.get("DOLENTI_MAIL_FROM", "dolenti@localhost")

# --- Jobs --------------------------------------------------------------------------------------

# Written in the site's own database with what they are of; done by ``dolenti work``.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
# The library's table in one step: of its own 21, one writes to the site's database where another is
# being restored.
MIGRATION_MODULES = {"django_tasks_database": "dolenti.work.queue.migrations"}

# --- Security ----------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # asked by this machine, without TLS
SECURE_HSTS_SECONDS = 0 if LOCAL else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.is_on("DOLENTI_SUBDOMAINS_TLS")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
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
# The French of what a folder says stands in it.
LOCALE_PATHS = sorted([*PACKAGE.glob("*/locale"), *PACKAGE.glob("*/*/locale")])
USE_I18N = True
# What is kept is in UTC. A day and an hour are of a site (see access.clock): the machine's zone
# decides nothing.
TIME_ZONE = "UTC"
USE_TZ = True

# --- Files served ------------------------------------------------------------------------------

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # served from the package: no collecting step to forget

# --- Logs: who did what is the audit's; these say that something broke, never about whom --------

LOGGING = logs.settings(os.environ.get("DOLENTI_LOG_LEVEL", ""))
