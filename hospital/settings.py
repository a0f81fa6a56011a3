"""The one settings file. Whatever a deployment may change comes from the environment or from .env."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from hospital import engine, logs

django_stubs_ext.monkeypatch()  # ModelForm[User] and the like, which Django knows in its types only

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# What this installation is
APP_NAME = env.str("APP_NAME", default="Northfield")
DEBUG = env.bool("DEBUG", default=os.environ.get("HOSPITAL_DEBUG_DEFAULT") == "on")
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="demo-demo-demo")
FIRST_SITE_TIME_ZONE = env.str("TIME_ZONE", default="Europe/Berlin")
TIME_ZONE = "UTC"  # each site has a zone of its own; see accounts.Site
NUMBER_PREFIX = env.str("NUMBER_PREFIX", default="NF")
PHONE_REGION = env.str("PHONE_REGION", default="DE")
CURRENCY = env.str("CURRENCY", default="EUR")
PRICES_INCLUDE_TAX = env.bool("PRICES_INCLUDE_TAX", default=True)
PAYMENT_DAYS = env.int("PAYMENT_DAYS", default=14)
# Where transfers go. With an IBAN the invoices in euros have a square that a bank's app reads.
BANK_IBAN = env.str("BANK_IBAN", default="").replace(" ", "").upper()
BANK_BIC = env.str("BANK_BIC", default="").replace(" ", "").upper()
BANK_ACCOUNT_NAME = env.str("BANK_ACCOUNT_NAME", default="")
FREE_FOLLOW_UP_DAYS = env.int("FREE_FOLLOW_UP_DAYS", default=14)
REFUND_LIMIT = env.str("REFUND_LIMIT", default="100")  # above it a second person approves
REGISTRATION_OPEN = env.bool("REGISTRATION_OPEN", default=True)

# Secrets. What stands in for an empty one is for a laptop; hospital.checks refuses it when DEBUG is off.
LAPTOP_SECRET = "laptop-only-not-a-secret-set-your-own-before-anybody-else-can-reach-this"  # noqa: S105
SECRET_KEY = env.str("SECRET_KEY", default="") or LAPTOP_SECRET
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # what was signed with these still holds
JWT_SECRET_KEY = env.str("JWT_SECRET_KEY", default="") or LAPTOP_SECRET
JWT_ALGORITHM = env.str("JWT_ALGORITHM", default="HS256")
ACCESS_TOKEN_EXPIRE_MINUTES = min(10, env.int("ACCESS_TOKEN_EXPIRE_MINUTES", default=10))
REFRESH_TOKEN_EXPIRE_DAYS = env.int("REFRESH_TOKEN_EXPIRE_DAYS", default=14)

# Who may come in, from where, for how long, how often
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CORS_ALLOWED_ORIGINS = env.list("ALLOWED_ORIGINS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
SIGN_IN_FAILURES_PER_MINUTE = env.int("SIGN_IN_FAILURES_PER_MINUTE", default=10)
REQUESTS_PER_MINUTE = env.int("REQUESTS_PER_MINUTE", default=1200)
VERIFICATIONS_PER_MINUTE = env.int("VERIFICATIONS_PER_MINUTE", default=30)
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=30)
SESSION_HOURS = env.int("SESSION_HOURS", default=12)

# Database: see hospital/engine.py
DATABASES = {"default": engine.database(env, BASE_DIR)}
MIGRATION_MODULES = engine.migration_modules(DATABASES["default"])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "hospital",
    "accounts",
    "audit",
    "notifications",
    "patients",
    "doctors",
    "appointments",
    "prescriptions",
    "billing",
    "analytics",
    "assistant",
    *engine.contrib_apps(DATABASES["default"]),
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "corsheaders",
    "csp",
    "django_filters",
    "django_htmx",
    "phonenumber_field",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "template_partials",
]

MIDDLEWARE = [
    "hospital.metrics.Measured",
    "hospital.middleware.RequestRecord",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hospital.middleware.SessionLimits",
    "django_htmx.middleware.HtmxMiddleware",
    "hospital.middleware.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "hospital.urls"
WSGI_APPLICATION = "hospital.wsgi.application"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "hospital.web.shell",
            ],
        },
    }
]

# People and sessions
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.RoleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": "", "login": ""}  # accounts.signing_in counts for every door at once
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG and env.bool("HTTPS", default=True)

# Headers
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE and env.bool("HTTPS_REDIRECT", default=False)
SECURE_REDIRECT_EXEMPT = [r"^health/(live|ready)$", r"^healthz$", r"^metrics$"]
if TRUSTED_PROXIES:  # the nearest says how people came, and lets nobody else say it
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = bool(SECURE_HSTS_SECONDS)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# API
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.tokens.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["hospital.gates.DeclaredNeeds"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["hospital.gates.Json"],
    "DEFAULT_FILTER_BACKENDS": ["hospital.pagination.DeclaredFilters"],
    "DEFAULT_PAGINATION_CLASS": "hospital.pagination.Pages",
    "DEFAULT_THROTTLE_CLASSES": ["hospital.gates.PerAccount"],
    "DEFAULT_SCHEMA_CLASS": "hospital.openapi.Schema",
    "EXCEPTION_HANDLER": "hospital.problems.answer",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SIMPLE_JWT = {
    "SIGNING_KEY": JWT_SECRET_KEY,
    "ALGORITHM": JWT_ALGORITHM,
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=ACCESS_TOKEN_EXPIRE_MINUTES),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=REFRESH_TOKEN_EXPIRE_DAYS),
    "USER_ID_CLAIM": "sub",
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{APP_NAME} API",
    "DESCRIPTION": (
        "Patients, doctors, appointments, prescriptions, bills, figures and the assistant for other systems. Times are ISO 8601 in UTC, "
        "ids are UUIDs, errors are problem details (RFC 9457). Log in at `/api/v1/auth/login` and send the access "
        "token as `Authorization: Bearer …`."
    ),
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "ENUM_NAME_OVERRIDES": {  # fields of one name with other values
        "DocumentKind": "patients.models.Document.Kind",
        "AllergyCategory": "patients.models.Allergy.Category",
        "AllergyKind": "patients.models.Allergy.Kind",
        "AllergySeverity": "patients.models.Allergy.Severity",
        "AllergyStatus": "patients.models.Allergy.Status",
        "AllergyVerification": "patients.models.Allergy.Verification",
        "AlertCategory": "patients.models.Alert.Category",
        "ProblemStatus": "patients.models.Problem.Status",
        "ConsentKindEnum": "patients.models.standing.Consent.Kind",
        "NoteKindEnum": "patients.models.Encounter.Kind",
        "NoteStatusEnum": "patients.models.Encounter.Status",
        "PrescriptionStatusEnum": "prescriptions.models.Prescription.Status",
        "SafetyCheckEnum": "prescriptions.serializers.catalogue.CHECKS",
        "SafetySeverityEnum": "prescriptions.serializers.catalogue.SEVERITIES",
        "StopReasonEnum": "prescriptions.models.StopReason",
        "OverrideReasonEnum": "prescriptions.models.Warned.Because",
        "RouteEnum": "prescriptions.models.Route",
        "InvoiceStatusEnum": "billing.models.Invoice.Status",
        "ChargeStatusEnum": "billing.models.Charge.Status",
        "RefundStatusEnum": "billing.models.Refund.Status",
        "PaymentMethodEnum": "billing.models.Method",
        "TaxClassEnum": "billing.models.TaxClass",
        "AnomalyKindEnum": "assistant.anomalies.Kind",
        "AnomalySeverityEnum": "assistant.anomalies.Severity",
        "AnomalyStatusEnum": "assistant.models.AnomalyAlert.Status",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "hospital.openapi.say_what_can_go_wrong",
    ],
}

# Prometheus. A token for whoever reads /metrics; without one, only this machine may. The folder is where the
# server's processes count together: prometheus_client reads its name from the environment.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if folder := env.str("PROMETHEUS_MULTIPROC_DIR", default=""):
    Path(folder).mkdir(parents=True, exist_ok=True)

# Broker and cache: one Redis or Valkey; without one, pages work and the cache is per process
REDIS_URL = env.str("REDIS_URL", default="")
CACHES: dict[str, Any] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 0.2},
    }
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1) or "memory://"
CELERY_BROKER_CONNECTION_TIMEOUT = 0.5
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": env.int("BROKER_VISIBILITY_SECONDS", default=300),
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 0.4,
    "socket_timeout": 0.4,  # a page waits no longer; the worker, which listens, does: hospital/celery.py
    "max_retries": 0,  # kombu waits two seconds before a second try
}
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "analytics.health.pulse:Pulsing"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5  # seconds: so often it beats
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=60.0)
CELERY_BEAT_SCHEDULE = {
    "sweep-outbox": {
        "task": "notifications.tasks.sweep",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},  # after a broker was away, one sweep is enough
    },
    "plan-reminders": {
        "task": "appointments.tasks.plan_reminders",
        "schedule": crontab(minute="7"),
        "options": {"expires": 3600},
    },
    "find-duplicates": {
        "task": "patients.tasks.find_duplicates",
        "schedule": crontab(minute="37"),
        "options": {"expires": 3600},
    },
    "read-waiting-texts": {
        "task": "patients.tasks.read_waiting_texts",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "expire-prescriptions": {
        "task": "prescriptions.tasks.expire_prescriptions",
        "schedule": crontab(minute="3"),
        "options": {"expires": 3600},
    },
    "find-missed-charges": {
        "task": "billing.tasks.find_missed_charges",
        "schedule": crontab(minute="47"),
        "options": {"expires": 3600},
    },
    "tick": {
        "task": "analytics.tasks.tick",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    "count-days": {
        "task": "analytics.tasks.count_days",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "count-today": {
        "task": "analytics.tasks.count_today",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "count-again": {"task": "analytics.tasks.count_again", "schedule": crontab(hour="1", minute="13")},
    "count-people": {"task": "analytics.tasks.count_people", "schedule": crontab(hour="1", minute="43")},
    "begin-proofs": {"task": "analytics.tasks.begin_proofs", "schedule": crontab(hour="2", minute="13")},
    "prove": {"task": "analytics.tasks.prove", "schedule": timedelta(minutes=1), "options": {"expires": 60}},
    "forget-what-was-sent": {
        "task": "assistant.tasks.forget_what_was_sent",
        "schedule": crontab(hour="3", minute="47"),
    },
    "erase-conversations": {
        "task": "assistant.tasks.erase_expired_conversations",
        "schedule": crontab(minute="27"),
        "options": {"expires": 3600},
    },
    "index-passages": {
        "task": "assistant.tasks.index_passages",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "look-for-anomalies": {
        "task": "assistant.tasks.look_for_anomalies",
        "schedule": timedelta(minutes=3),
        "options": {"expires": 180},
    },
    "tidy-uploads": {"task": "patients.tasks.tidy_uploads", "schedule": crontab(hour="3", minute="27")},
    "tidy-sign-ins": {"task": "accounts.tasks.tidy_sign_ins", "schedule": crontab(minute="17")},
}

# Messages: without a mail server and a gateway, files that can be read
EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_BACKEND = "notifications.channels.files.OutboxFiles"
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
EMAIL_FILE_PATH = env.str("OUTBOX_FOLDER", default="") or str(BASE_DIR / "var" / "outbox")
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", default=10.0)
EMAIL_DEDUPLICATES = env.bool("EMAIL_DEDUPLICATES", default=False)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="hospital@example.org")
SMS_GATEWAY = env.str("SMS_GATEWAY", default="") or "notifications.channels.files.SmsFiles"
PUBLIC_URL = (env.str("PUBLIC_URL", default="") or "http://localhost:8000").rstrip("/")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or "localhost"
RETRY_FIRST_SECONDS = env.float("RETRY_FIRST_SECONDS", default=30.0)
SENDING_LEASE_SECONDS = env.float("SENDING_LEASE_SECONDS", default=180.0)

# Documents in charts: outside the web root, under random names
UPLOADS_FOLDER = env.str("UPLOADS_FOLDER", default="") or str(BASE_DIR / "var" / "uploads")
LARGEST_DOCUMENT = env.int("LARGEST_DOCUMENT", default=20_000_000)
# Backups: where they are written, and the key with which they are encrypted
BACKUP_FOLDER = env.str("BACKUP_FOLDER", default="") or str(BASE_DIR / "var" / "backups")
BACKUP_KEY = env.str("BACKUP_KEY", default="")
# A folder with further fonts, such as for Chinese or Thai names on paper
PAPER_FONTS = env.str("PAPER_FONTS", default="")

# The assistant. Without a server of vectors it finds passages by their words only.
CHROMA_URL = env.str("CHROMA_URL", default="")

# How long a signed prescription can be dispensed
PRESCRIPTION_VALID_DAYS = env.int("PRESCRIPTION_VALID_DAYS", default=28)

# The assistant: who words answers. Nothing is sent to a provider outside unless ASSISTANT_OUTSIDE allows it.
ASSISTANT_PROVIDER = env.str("ASSISTANT_PROVIDER", default="") or "builtin"
ASSISTANT_MODEL = env.str("ASSISTANT_MODEL", default="")
ASSISTANT_OUTSIDE = env.bool("ASSISTANT_OUTSIDE", default=False)
ASSISTANT_TOKENS_PER_DAY = env.int("ASSISTANT_TOKENS_PER_DAY", default=200_000)  # for each user
ASSISTANT_TIMEOUT = env.float("ASSISTANT_TIMEOUT", default=30.0)
ASSISTANT_KEEP_SENT_DAYS = env.int(
    "ASSISTANT_KEEP_SENT_DAYS", default=365
)  # the text; that it was sent stays
OPENAI_API_KEY = env.str("OPENAI_API_KEY", default="")
OPENAI_BASE_URL = env.str("OPENAI_BASE_URL", default="")
GEMINI_API_KEY = env.str("GEMINI_API_KEY", default="")
GEMINI_BASE_URL = env.str("GEMINI_BASE_URL", default="")
# How many alerts are shown a day: of each department, and of bills and access each. Urgent ones always are.
ASSISTANT_ALERTS_PER_DAY = env.int("ASSISTANT_ALERTS_PER_DAY", default=10)
ASSISTANT_KEEP_DAYS = env.int("ASSISTANT_KEEP_DAYS", default=30)  # conversations, after they were last used
# How many threads of each web process may wait for words: of 16, enough stay for pages.
ASSISTANT_STREAMS = env.int("ASSISTANT_STREAMS", default=10)
ASSISTANT_WHOLE_ANSWERS = env.int("ASSISTANT_WHOLE_ANSWERS", default=3)

# Words, times, files
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
# A page asks for some hundred words. Without catalogues there is nothing to look up, and a fifth of its time is saved.
USE_I18N = LOCALE_PATHS[0].is_dir()
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "hospital.static_files.StaticFiles"
    },
}
PHONENUMBER_DEFAULT_REGION = PHONE_REGION
PHONENUMBER_DB_FORMAT = "E164"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS = ["hospital.uploads.CappedUpload"]

LOGGING_CONFIG = None
logs.configure(level=env.str("LOG_LEVEL", default="INFO"))
