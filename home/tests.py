"""The demo site itself; run with ``--ds=demo.settings.test`` (``make test`` does)."""

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template
from wagtail.models import Page, Site

from home.models import ContentPage, HomePage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_site():
    call_command("load_demo_site", port=8000, verbosity=0)


@pytest.fixture
def browse(client):
    return lambda path, language="en", **kwargs: client.get(
        path, headers={"accept-language": language}, **kwargs
    )


def test_loading_twice_keeps_what_was_entered():
    about = ContentPage.objects.get(slug="about", locale__language_code="en")
    about.lead = "Changed by an editor."
    about.save_revision().publish()
    pages = Page.objects.count()

    call_command("load_demo_site", port=8123, verbosity=0)

    assert Page.objects.count() == pages
    about.refresh_from_db()
    assert about.lead == "Changed by an editor."
    assert Site.objects.get().port == 8123


def test_every_page_has_a_twin_with_the_same_slug():
    for page in ContentPage.objects.filter(locale__language_code="en"):
        twin = page.get_translations().live().get()
        assert twin.slug == page.slug
    assert HomePage.objects.count() == 2


@pytest.mark.parametrize(
    ("path", "language", "arrives"),
    [
        ("/plans/", "id-ID,id;q=0.9,en;q=0.4", "/id/plans/"),
        ("/search/?q=a", "id", "/id/search/?q=a"),
        ("/", "id", "/id/"),
        ("/plans/", "en", None),
        ("/plans/", "fr", None),
        ("/plans/", "", None),
        ("/id/plans/", "en", None),
        ("/admin/login/", "id", None),
    ],
)
def test_opens_in_the_browsers_language(browse, path, language, arrives):
    response = browse(path, language)
    assert response.status_code == (302 if arrives else 200)
    assert response.headers.get("Location") == arrives


def test_a_page_without_twin_stays_where_it_is(browse):
    ContentPage.objects.get(slug="plans", locale__language_code="id").unpublish()
    assert browse("/plans/", "id").status_code == 200
    assert browse("/nothing/", "id").status_code == 404


def test_a_chosen_language_is_kept(client, browse):
    client.post("/i18n/setlang/", {"language": "en", "next": "/plans/"})
    assert browse("/plans/", "id").status_code == 200


@pytest.mark.parametrize(
    ("here", "language", "arrives"),
    [("/about/", "id", "/id/about/"), ("/id/about/", "en", "/about/")],
)
def test_the_switch_leads_to_the_twin(browse, client, here, language, arrives):
    client.cookies["django_language"] = "en"
    form = browse(here).text
    assert 'name="next" value="/about/"' in form
    response = client.post("/i18n/setlang/", {"language": language, "next": "/about/"})
    assert response.headers["Location"] == arrives


def test_the_switch_leads_to_the_front_page_where_there_is_no_twin(browse, client):
    ContentPage.objects.get(slug="about", locale__language_code="id").unpublish()
    assert 'name="next" value="/"' in browse("/about/").text


def test_public_pages_forbid_inline_code(browse):
    assert "script-src 'self'" in browse("/").headers["Content-Security-Policy"]
    assert "Content-Security-Policy" not in browse("/admin/login/").headers


@pytest.mark.parametrize("path", ["/nothing/", "/id/nothing/"])
def test_error_page_in_the_sites_frame(browse, path):
    response = browse(path)
    assert response.status_code == 404
    assert "Serayu Link" in response.text


def test_sent_mail_can_be_read(browse, settings, tmp_path, mailoutbox):
    from django.core.mail import EmailMultiAlternatives

    from demo.mail.backend import EmailBackend

    settings.DEMO_MAIL_ROOT = tmp_path / "mail"
    mail = EmailMultiAlternatives("<b>Réf</b>", "Plain <i>text</i>", to=["a@example.org"])
    mail.attach_alternative("<p>Rich</p>", "text/html")
    assert EmailBackend().send_messages([mail]) == 1
    (stored,) = settings.DEMO_MAIL_ROOT.glob("*.eml")

    assert "&lt;b&gt;Réf" in browse("/demo/mail/").text
    assert "Plain &lt;i&gt;text" in browse(f"/demo/mail/{stored.stem}/").text
    html = browse(f"/demo/mail/{stored.stem}/html/")
    assert "<p>Rich</p>" in html.text
    assert html.headers["Content-Security-Policy"].startswith("sandbox")
    assert browse("/demo/mail/unknown/").status_code == 404


def test_mail_shows_the_time_of_the_sites_clock(browse, settings, tmp_path):
    settings.DEMO_MAIL_ROOT = tmp_path
    dates = {"dated": "Tue, 24 Nov 2026 18:30:00 -0000", "undated": "some day"}
    for name, date in dates.items():
        (tmp_path / f"{name}.eml").write_text(f"Subject: Hello\nDate: {date}\n\nText")
    assert "Nov. 25, 2026, 1:30 a.m." in browse("/demo/mail/").text
    assert "Nov. 25, 2026, 1:30 a.m. WIB" in browse("/demo/mail/dated/").text
    assert "WIB" not in browse("/demo/mail/undated/").text


@pytest.mark.parametrize("folder", ["templates", "site/demo/mail/templates"])
def test_every_template_compiles(folder):
    root = settings.ROOT / folder
    names = [str(path.relative_to(root)) for path in root.rglob("*.html")]
    assert names
    for name in names:
        get_template(name)


def test_the_sites_stamp_on_the_help_desks_mail():
    html = get_template("wagtail_helpdesk/mail/_base.html").render({})
    assert "#f2f3f5" in html, "the help desk's own style stays"
    assert "#0b5c63" in html
