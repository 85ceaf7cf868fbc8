"""Settings of the web application, from the environment; without any of it, a register for one person on this machine.

=============================  ==========================================================================
SERVANDA_DATA                  folder of the database and the secret key; by default the user's data folder
SERVANDA_DATABASE              address of the database: ``sqlite:///FILE`` (default) or ``postgresql://USER:PASSWORD@HOST/NAME``
SERVANDA_HOSTS                 names under which the site is reached, separated by commas
SERVANDA_ORIGINS               addresses from which forms may come where a proxy stands before it, as in https://register.example
SERVANDA_HTTPS                 1: the site is reached by HTTPS only
SERVANDA_FETCH                 1: statements may be brought in by web address; nothing else is ever fetched
SERVANDA_OIDC_ISSUER           OpenID Connect: address of the issuer, with SERVANDA_OIDC_CLIENT, SERVANDA_OIDC_SECRET
                               and SERVANDA_OIDC_NAME (what the button says)
SERVANDA_EMAIL                 the mail server, ``smtp://USER:PASSWORD@HOST:PORT``; without it mail goes to the log
SERVANDA_EMAIL_FROM            address from which mail comes, as in register@ministry.example
SERVANDA_ADDRESS               address under which people open the site, for links in mail and calendars; by default the
                               first of SERVANDA_ORIGINS or SERVANDA_HOSTS
SERVANDA_PUBLIC                0: nothing is shown to those who have not signed in
SERVANDA_DEBUG                 1: faults show their traceback in the browser; never on a site that others reach
=============================  ==========================================================================
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from platformdirs import user_data_path

HERE = Path(__file__).resolve().parent


def _on(name: str, default: str = "0") -> bool:
    return os.environ.get(name, default).strip().lower() in {"1", "yes", "true", "on"}


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


DATA = Path(os.environ.get("SERVANDA_DATA") or user_data_path("servanda")).expanduser().resolve()
DATA.mkdir(parents=True, exist_ok=True, mode=0o700)


def _secret() -> str:
    """The key that signs sessions: made once, readable by its owner alone."""
    if given := os.environ.get("SERVANDA_SECRET"):
        return given
    path = DATA / "secret"
    if not path.exists():
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass  # another process of the same start was first
        else:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()


SECRET_KEY = _secret()
DEBUG = _on("SERVANDA_DEBUG")
ALLOWED_HOSTS = _list("SERVANDA_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _list("SERVANDA_ORIGINS")
SITE_ADDRESS = (
    os.environ.get("SERVANDA_ADDRESS")
    or next(iter(CSRF_TRUSTED_ORIGINS), "")
    or f"{'https' if _on('SERVANDA_HTTPS') else 'http'}://{next(iter(ALLOWED_HOSTS), 'localhost')}"
)
"""Under which people open the site, for what is read elsewhere: links in mail and in calendars."""
FETCH_ALLOWED = _on("SERVANDA_FETCH")
PUBLIC_SITE = _on("SERVANDA_PUBLIC", "1")
DEMO_ACCOUNT = os.environ.get("SERVANDA_DEMO_ACCOUNT", "")
"""Name of the account that whoever opens the site is; set by ``servanda demo`` alone."""
LARGEST_UPLOAD = 20_000_000
"""Bytes of one document; the engine reads no larger ones."""

INSTALLED_APPS = [
    "servanda_register",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "servanda_register.pages.middleware.DemoMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "servanda_register.pages.middleware.RightsMiddleware",
    "servanda_register.pages.middleware.PastMiddleware",
]

ROOT_URLCONF = "servanda_register.urls"
WSGI_APPLICATION = "servanda_register.wsgi.application"
AUTH_USER_MODEL = "register.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "servanda_register.pages.navigation.context",
            ],
        },
    }
]
FORM_RENDERER = "servanda_register.design_forms.GovukRenderer"

DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        os.environ.get("SERVANDA_DATABASE") or f"sqlite:///{DATA / 'register.sqlite3'}", conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a writer waits its turn at the start, instead of failing when it first writes
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,  # seconds that a writer waits; SQLite serves those who wait in no order
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }
else:
    # a reading that somebody breaks off would close its cursor later, in the midst of another transaction, and abort it
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
DATABASE_ROUTERS = ["servanda_register.past.PastRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("vi", "Tiếng Việt"), ("ru", "Русский")]
LOCALE_PATHS = [HERE / "locale"]
FORMAT_MODULE_PATH = "servanda_register.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # the files of the installed packages themselves: nothing is collected before a start
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = LARGEST_UPLOAD + 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = LARGEST_UPLOAD + 1_000_000  # nothing confidential is spooled to a temporary folder
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "servanda_register.pages.accounts.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "servanda_register.pages.accounts.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # django-axes locks out, and says so
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Servanda"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # administrators put addresses in; nobody is asked to confirm them
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "servanda_register.pages.accounts.axes_name"

SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
_sign_in_of_the_office: list[str] = []
if _issuer := os.environ.get("SERVANDA_OIDC_ISSUER"):
    _sign_in_of_the_office = ["{0.scheme}://{0.netloc}".format(urlsplit(_issuer))]
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "office",
                "name": os.environ.get("SERVANDA_OIDC_NAME", "OpenID Connect"),
                "client_id": os.environ.get("SERVANDA_OIDC_CLIENT", ""),
                "secret": os.environ.get("SERVANDA_OIDC_SECRET", ""),
                "settings": {"server_url": _issuer},
            }
        ]
    }

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # the button of the office's sign-in is a form that is sent on to the issuer
        "form-action": [SELF, *_sign_in_of_the_office],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
if _on("SERVANDA_HTTPS"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if _mail := os.environ.get("SERVANDA_EMAIL"):
    _parts = urlsplit(_mail)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _parts.hostname or "localhost"
    EMAIL_PORT = _parts.port or 587
    EMAIL_HOST_USER = _parts.username or ""
    EMAIL_HOST_PASSWORD = _parts.password or ""
    EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("SERVANDA_EMAIL_FROM") or f"servanda@{urlsplit(SITE_ADDRESS).hostname}"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("SERVANDA_LOG", "WARNING")},
}
