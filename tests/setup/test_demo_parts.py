"""What the demonstration is made of: when it may be loaded, its accounts, its clock, its data."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Site

from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import ComplaintType, Contact, Division
from wagtail_helpdesk.setup import prepare
from wagtail_helpdesk.setup.demo import data_files
from wagtail_helpdesk.setup.demo.clock import moment_of, pretend
from wagtail_helpdesk.setup.demo.company import clear_placeholders, make_account


def test_not_on_a_real_site(db):
    with pytest.raises(CommandError, match="--force"):
        call_command("load_helpdesk_demo")
    assert not get_user_model().objects.filter(username="admin").exists()


def test_an_account_that_exists_keeps_its_password_and_rights(db):
    user = get_user_model().objects.create_user("level1", password="my own")
    assert make_account("level1", {"name": ["A", "B"], "login": True}) == user
    user.refresh_from_db()
    assert user.check_password("my own")


def test_starter_types_in_use_stay(db):
    prepare()
    kept = ComplaintType.objects.first()
    tickets.submit(
        site=Site.objects.get(),
        contact=Contact(name="A", email="a@example.org"),
        complaint_type=kept,
        body="Help",
    )
    clear_placeholders()
    assert ComplaintType.objects.get() == kept
    assert Division.objects.count() == 1


# --- The data and its clock -------------------------------------------------------------------------


def test_the_clock_goes_on_after_the_block_whatever_happens():
    real = timezone.now
    with pytest.raises(ZeroDivisionError), pretend(real() - timedelta(days=9)):
        raise ZeroDivisionError(real() - timezone.now() > timedelta(days=8))
    assert timezone.now is real
    with pretend(real() - timedelta(days=9)):
        assert real() - timezone.now() > timedelta(days=8)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-95m", "2026-11-24 08:25"),
        ("1 16:00", "2026-11-23 16:00"),
        ("2 16:00", "2026-11-21 16:00"),  # over a Sunday
        ("7 08:30", "2026-11-16 08:30"),
        ("+4 09:00", "2026-11-28 09:00"),
        ("+5 09:00", "2026-11-30 09:00"),
    ],
)
def test_times_in_the_data(text, expected):
    zone = timezone.get_default_timezone()
    now = datetime(2026, 11, 24, 10, 0, tzinfo=zone)
    assert f"{moment_of(text, now=now).astimezone(zone):%Y-%m-%d %H:%M}" == expected


def test_nobody_in_the_data_is_real():
    company = data_files.company()
    for contact in company["contacts"].values():
        domain = contact.get("email", "x@example.org").rpartition("@")[2]
        assert domain.endswith(("example.org", "example.com", "example.net"))
        assert contact["phone"].startswith(("+62812000001", "+447700900"))
