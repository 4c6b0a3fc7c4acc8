"""The support page, how it is found, and the page that a complaint is about."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from wagtail.models import Locale, Page, PageViewRestriction, Site

from tests.public.helpers import FORM, soup, text_of
from wagtail_helpdesk.models import ComplaintTypeName, Ticket
from wagtail_helpdesk.pages.models import SupportPage
from wagtail_helpdesk.public.throttle import network_address


def test_an_empty_page_has_both_entrances(visitor):
    page = visitor.get("/support/")
    links = [link["href"] for link in soup(page).select(".wh-card a")]
    assert links == ["/support/complaint/", "/support/status/", "/support/mine/"]
    assert soup(page).h1.get_text() == "Help and support"


def test_the_blocks(visitor, support):
    support.body = [
        {
            "type": "notice",
            "value": {"heading": "Outage", "text": "<p>Since Monday</p>", "tone": "warning"},
        },
        {"type": "complaint", "value": {"heading": "Tell us", "text": ""}},
        {"type": "lookup", "value": {"heading": "", "text": "How far?"}},
        {
            "type": "contact",
            "value": {
                "heading": "",
                "text": "",
                "telephone": "021 234 5678",
                "email": "help@example.org",
                "address": "Example Street 1",
                "opening_hours": [{"days": "Monday to Friday", "hours": "8.00–17.00"}],
            },
        },
        {"type": "text", "value": "<h2>More</h2>"},
    ]
    support.save()
    text = text_of(visitor.get("/support/"))
    for words in ("Outage", "Since Monday", "Tell us", "How far?", "Monday to Friday", "More"):
        assert words in text, words
    assert soup(visitor.get("/support/")).find(href="tel:0212345678")


def test_a_draft_is_not_served(visitor, support):
    support.unpublish()
    assert visitor.get("/support/").status_code == 404
    assert visitor.get(FORM).status_code == 404


def entrance(page=None, path="/"):
    request = RequestFactory().get(path)
    template = Template("{% load wagtail_helpdesk %}{% helpdesk_entrance heading='Trouble?' %}")
    return template.render(Context({"request": request, "page": page}))


def test_the_entrance_on_any_page(support, desk):
    root = desk.site.root_page
    html = entrance(root)
    assert f'href="/support/complaint/?page={root.pk}"' in html
    assert "Trouble?" in html
    assert 'href="/support/complaint/"' in entrance(support)
    support.unpublish()
    assert entrance(root).strip() == ""


def test_the_entrance_leads_to_the_page_in_the_active_language(support, desk):
    indonesian = Locale.objects.create(language_code="id")
    root = desk.site.root_page.copy_for_translation(indonesian)
    root.save_revision().publish()
    twin = support.copy_for_translation(indonesian)
    twin.slug = "bantuan"
    twin.save_revision().publish()
    with translation.override("id"):
        assert "/bantuan/complaint/" in entrance()
    with translation.override("en"):
        assert "/support/complaint/" in entrance()
    twin.refresh_from_db()
    twin.unpublish()
    with translation.override("id"):
        assert "/support/complaint/" in entrance()


def test_the_page_of_another_site_is_not_ours(desk, support):
    home = Page.objects.get(depth=1).add_child(instance=Page(title="Other", slug="other"))
    Site.objects.create(hostname="other.example.org", root_page=home)
    request = RequestFactory().get("/", HTTP_HOST="other.example.org")
    html = Template("{% load wagtail_helpdesk %}{% helpdesk_entrance %}").render(
        Context({"request": request})
    )
    assert html.strip() == ""


@pytest.fixture
def plans(desk, support):
    return desk.site.root_page.add_child(instance=Page(title="Plans and prices", slug="plans"))


def test_a_complaint_knows_its_page(visitor, plans):
    page = visitor.get(f"{FORM}?page={plans.pk}")
    assert "This is about the page “Plans and prices”" in text_of(page)
    visitor.send(page, FORM, **visitor.answers)
    assert Ticket.objects.get().page_id == plans.pk


def test_a_complaint_knows_where_the_visitor_came_from(visitor, plans):
    page = visitor.get(FORM, headers={"referer": "http://testserver/plans/?q=x"})
    assert soup(page).find(id="id_page")["value"] == str(plans.pk)
    for elsewhere in (
        "https://example.org/plans/",
        "http://testserver/support/",
        "http://testserver/nothing/",
        "http://testserver/admin/",
        "http://[",
        "nonsense",
    ):
        page = visitor.get(FORM, headers={"referer": elsewhere})
        assert soup(page).find(id="id_page") is None, elsewhere


def test_the_visitor_may_say_it_is_not_about_the_page(visitor, plans):
    page = visitor.get(f"{FORM}?page={plans.pk}")
    visitor.send(page, FORM, **{**visitor.answers, "page": None})
    assert Ticket.objects.get().page is None


def test_no_page_that_the_visitor_could_not_see(visitor, plans, desk):
    other_home = Page.objects.get(depth=1).add_child(instance=Page(title="Other", slug="other"))
    Site.objects.create(hostname="other.example.org", root_page=other_home)
    draft = desk.site.root_page.add_child(instance=Page(title="Draft", slug="draft", live=False))
    PageViewRestriction.objects.create(page=plans, restriction_type="login")
    for value in (plans.pk, draft.pk, other_home.pk, 10**30, "x", "", "-1", "²"):
        page = visitor.get(FORM, {"page": value})
        assert soup(page).find(id="id_page") is None, value
    sent = visitor.send(visitor.get(FORM), FORM, **{**visitor.answers, "page": str(draft.pk)})
    assert sent.status_code == 302
    assert Ticket.objects.latest("pk").page is None


def test_type_and_subject_can_be_given_along(visitor, desk):
    kind = desk.types["Second"]
    page = visitor.get(FORM, {"type": kind.pk, "subject": "dark lamp"})
    assert soup(page).select_one("#id_complaint_type option[selected]")["value"] == str(kind.pk)
    assert soup(page).find(id="id_subject")["value"] == "dark lamp"


def test_types_are_named_in_the_visitors_language(visitor, desk, support):
    ComplaintTypeName.objects.create(
        complaint_type=desk.types["First"], language="en", name="Lamps"
    )
    options = [option.get_text() for option in soup(visitor.get(FORM)).select("option")]
    assert options == ["Select a type", "Lamps", "About Second"]


def test_the_mixin_has_the_blocks_and_the_migration_does_not():
    name, path, args, kwargs = SupportPage._meta.get_field("body").deconstruct()
    assert (name, path, args) == ("body", "wagtail.fields.StreamField", [[]])
    assert kwargs["block_lookup"] == {}


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "counted"),
    [
        (0, "", "192.0.2.1", "192.0.2.1"),
        (0, "198.51.100.7", "192.0.2.1", "192.0.2.1"),
        (1, "198.51.100.7", "192.0.2.1", "198.51.100.7"),
        (1, "10.0.0.1, 198.51.100.7", "192.0.2.1", "198.51.100.7"),
        (2, "10.0.0.1, 198.51.100.7, 203.0.113.9", "192.0.2.1", "198.51.100.7"),
        (2, "198.51.100.7", "192.0.2.1", "192.0.2.1"),
        (0, "", "2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        (0, "", "2001:db8:1:2:bbbb::9%eth0", "2001:db8:1:2::"),
        (0, "", "::ffff:192.0.2.1", "192.0.2.1"),
        (1, "nonsense", "192.0.2.1", "unknown"),
        (0, "", "", "unknown"),
    ],
)
def test_whom_the_limits_count(helpdesk, proxies, forwarded, remote, counted):
    helpdesk(TRUSTED_PROXIES=proxies)
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert network_address(request) == counted
