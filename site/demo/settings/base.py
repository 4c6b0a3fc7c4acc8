"""What every environment of the demo shares: a plain Wagtail site that has a help desk."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

# <checkout>/site/demo/settings/base.py
ROOT = Path(__file__).resolve().parents[3]
VAR = ROOT / "var"  # all that a running demo writes; git ignores it

INSTALLED_APPS = [
    "home",
    "search",
    # The help desk: the first two, and "captcha". The third watches over the index of articles.
    "wagtail_helpdesk",
    "wagtail_helpdesk.pages",
    "wagtail_helpdesk.search",
    "captcha",
    # A Wagtail site, with the three that "wagtail start" leaves out:
    # routable_page and settings (the help desk needs them), simple_translation (this site does).
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
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
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "demo.middleware.PublicContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "demo.middleware.OpenInBrowserLanguage",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "demo.urls"
WSGI_APPLICATION = "demo.wsgi.application"
ASGI_APPLICATION = "demo.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # large page forms have many fields

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

# English lies at the root, Indonesian under /id/, with the same addresses below it.
LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", _("English")), ("id", _("Indonesian"))]
LOCALE_PATHS = [ROOT / "site" / "locale"]
USE_I18N = True
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English"), ("id", "Bahasa Indonesia")]
WAGTAIL_I18N_ENABLED = True
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = False
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "site" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"

WAGTAIL_SITE_NAME = "Serayu Link"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
# Articles can be looked for in an index of their own. Where it lies each environment says, if it has one.
ARTICLE_SEARCH = {
    "BACKEND": "wagtail_helpdesk.search.whoosh",
    "MODELS": ["wagtail_helpdesk_pages.ArticlePage"],
    "FALLBACK": "default",
}
DEFAULT_FROM_EMAIL = "Serayu Link <help@example.org>"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "txt", "xlsx", "zip"]
# Nothing of this site tells third parties about its visitors or staff.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None

# A complaint takes longer to write than the package's five minutes.
CAPTCHA_TIMEOUT = 30
CAPTCHA_2X_IMAGE = False
# Letters that people can read: large, little turned, crossed by lines but not sprinkled with dots.
CAPTCHA_FONT_SIZE = 48
CAPTCHA_LETTER_ROTATION = (-18, 18)
CAPTCHA_NOISE_FUNCTIONS = ["captcha.helpers.noise_arcs"]

WAGTAIL_HELPDESK = {"BASE_TEMPLATE": "base.html"}
