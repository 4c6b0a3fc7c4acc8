from io import StringIO

import pytest
from django.conf import global_settings
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import translation
from wagtail.models import Site

from tests.factories import make_user
from wagtail_helpdesk.models import (
    CannedReply,
    ComplaintType,
    Division,
    EscalationReason,
    HelpdeskSettings,
    SupportLevel,
    Ticket,
    Verb,
)
from wagtail_helpdesk.setup import prepare
from wagtail_helpdesk.setup.addresses import port_to_try
from wagtail_helpdesk.setup.groups import AGENTS, LEADERS, MANAGERS
from wagtail_helpdesk.setup.languages import codes_for_names
from wagtail_helpdesk.tickets.claim import CONTACT_ONLY

pytestmark = pytest.mark.django_db
MODELS = [SupportLevel, Division, ComplaintType, EscalationReason, Group]


def run(*args, **options):
    out, err = StringIO(), StringIO()
    call_command("setup_helpdesk", *args, stdout=out, stderr=err, **options)
    return out.getvalue() + err.getvalue()


def counts():
    return [model.objects.count() for model in MODELS] + [
        Group.permissions.through.objects.count(),
    ]


def test_a_fresh_site_gets_levels_division_types_and_reasons():
    run()
    assert [(level.rank, level.on_site) for level in SupportLevel.objects.all()] == [
        (1, False),
        (2, False),
        (3, True),
    ]
    assert Division.objects.count() == 1
    assert list(EscalationReason.objects.values_list("code", flat=True)) == [
        "needs-deeper-knowledge",
        "needs-rights",
        "needs-a-visit",
        "wrong-division",
        "target-at-risk",
        "requester-asks",
        "other",
    ]
    site = Site.objects.get()
    offered = ComplaintType.objects.offered_on(site)
    assert offered.count() >= 6
    assert all(type_.answer_time_in("en") for type_ in offered)
    assert all(type_.translation("id").answer_time for type_ in offered)
    assert offered.filter(name__startswith="Question").exists()


def test_requesters_read_names_in_their_language():
    run()
    first, second, third = SupportLevel.objects.all()
    assert [level.name_in("en") for level in (first, second, third)] == [
        "first line",
        "specialist",
        "engineer",
    ]
    assert [level.name_in("id") for level in (first, second, third)] == [
        "lini pertama",
        "spesialis",
        "teknisi",
    ]
    assert first.display_name == "Level 1: junior help desk"


def test_only_languages_of_the_site_get_names(settings):
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("de", "German")]
    run()
    level = SupportLevel.objects.first()
    assert list(level.names.values_list("language", flat=True)) == ["en"]


@pytest.mark.parametrize(
    ("default", "languages", "expected"),
    [
        ("en-us", ["en", "fr", "id"], {"en": "en", "fr": "fr", "id": "id"}),
        ("en-gb", ["en-gb", "id-id"], {"en": "en-gb", "id": "id-id"}),
        ("id", ["id", "en-gb", "en"], {"id": "id", "en": "en"}),
    ],
)
def test_names_are_kept_under_a_code_that_the_admin_offers(settings, default, languages, expected):
    settings.LANGUAGE_CODE = default
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [(code, code) for code in languages]
    assert codes_for_names() == expected


def test_django_s_own_hundred_languages_are_not_all_in_use(settings):
    settings.LANGUAGES, settings.WAGTAIL_I18N_ENABLED = global_settings.LANGUAGES, False
    settings.LANGUAGE_CODE = "en-us"
    assert codes_for_names() == {"en": "en"}


def test_twice_is_the_same_as_once():
    run()
    before = counts()
    said = run()
    assert counts() == before
    assert "  made  " not in said


def test_what_an_owner_edited_deleted_or_added_stays():
    run()
    SupportLevel.objects.filter(rank=3).delete()
    SupportLevel.objects.filter(rank=1).update(name="Front desk")
    Division.objects.update(name="Everybody")
    gone = ComplaintType.objects.order_by("pk").first()
    gone.delete()
    EscalationReason.objects.filter(code="other").update(name="Because")
    agents = Group.objects.get(name=AGENTS)
    agents.permissions.remove(Permission.objects.get(codename="close_ticket"))
    before = counts()
    run()
    assert counts() == before
    assert SupportLevel.objects.get(rank=1).name == "Front desk"
    assert Division.objects.get().name == "Everybody"
    assert not ComplaintType.objects.filter(name=gone.name).exists()
    assert EscalationReason.objects.get(code="other").name == "Because"
    assert not agents.permissions.filter(codename="close_ticket").exists()


def test_an_owner_with_two_levels_gets_types_at_those():
    SupportLevel.objects.create(rank=5, name="Only one")
    run()
    assert set(ComplaintType.objects.values_list("level__rank", flat=True)) == {5}


def test_update_permissions_adds_what_is_missing_and_takes_nothing():
    run()
    agents = Group.objects.get(name=AGENTS)
    agents.permissions.remove(Permission.objects.get(codename="close_ticket"))
    extra = Permission.objects.get(codename="add_site")
    agents.permissions.add(extra)
    run(update_permissions=True)
    codenames = set(agents.permissions.values_list("codename", flat=True))
    assert {"close_ticket", "add_site"} <= codenames


def test_each_group_may_do_its_work_and_no_more():
    run()
    codenames = {
        name: set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))
        for name in (AGENTS, LEADERS, MANAGERS)
    }
    verbs = {f"{verb}_ticket" for verb in Verb.values if verb not in CONTACT_ONLY}
    others = {"access_admin", "view_ticket", "change_ticket", "write_article"}
    others |= {"view_slapolicy", "view_workingcalendar"}
    assert codenames[AGENTS] == verbs | others
    assert codenames[LEADERS] - codenames[AGENTS] == {
        "export_ticket",
        "view_searchlog",
        "view_recap",
        "merge_contact",
    } | {
        f"{action}_{model}"
        for action in ("view", "add", "change")
        for model in ("contact", "organisation", "synonyms", "procedure", "cannedreply")
    }
    assert codenames[MANAGERS] > codenames[LEADERS]
    ours = Permission.objects.filter(content_type__app_label="wagtail_helpdesk")
    assert codenames[MANAGERS] == {"access_admin", *ours.values_list("codename", flat=True)}
    label = HelpdeskSettings._meta.app_label
    manager = make_user("boss", groups=[Group.objects.get(name=MANAGERS)])
    assert manager.has_perms([f"{label}.change_helpdesksettings", f"{label}.manage_helpdesk"])
    agent = make_user("agent", groups=[Group.objects.get(name=AGENTS)])
    assert not agent.has_perm(f"{label}.change_division")


def test_permissions_that_migrate_has_not_made_yet_are_made():
    Permission.objects.filter(content_type__app_label="wagtail_helpdesk").delete()
    run()
    assert Group.objects.get(name=AGENTS).permissions.filter(codename="accept_ticket").exists()
    assert len(Ticket._meta.permissions) > 10


def test_without_a_site_nothing_is_made_and_the_message_says_what_to_do():
    Site.objects.all().delete()
    with pytest.raises(CommandError, match="Sites"):
        run()
    assert not SupportLevel.objects.exists()


def test_before_migrate_the_message_says_so(monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", lambda *args, **kwargs: [])
    with pytest.raises(CommandError, match="migrate"):
        run()


def test_without_any_support_page_the_next_step_is_to_add_one():
    assert reverse("wagtailadmin_explore_root") in run("--no-pages")


def test_next_steps_name_the_admin_s_own_addresses():
    said = run()
    assert reverse("wagtailusers_users:index") in said
    assert reverse("wagtailsites:edit", args=[Site.objects.get().pk]) in said
    assert "run_helpdesk_timers" in said


def test_quiet_when_asked():
    assert run(verbosity=0) == ""


def test_shipped_names_are_in_the_catalogue_s_reach():
    """Staff read names through gettext: the stored text is the message id, whatever language runs it."""
    with translation.override("id"):
        prepare()
    assert SupportLevel.objects.get(rank=1).name == "Level 1: junior help desk"
    assert EscalationReason.objects.get(code="other").name == "Another reason"


# --- The address that links in mails begin with -----------------------------------------------------


@pytest.mark.parametrize(
    ("hostname", "port", "debug", "admin", "expected"),
    [
        ("localhost", 80, True, "http://example.com", 8000),
        ("localhost", 80, True, None, 8000),
        ("localhost", 80, False, "http://example.com", None),
        ("localhost", 80, True, "http://localhost:8010", 8010),
        ("localhost", 8000, True, "http://localhost:8010", 8010),
        ("localhost", 8000, True, "http://example.com", None),
        ("localhost", 9000, True, "http://example.com", None),
        ("127.0.0.1", 80, True, "", 8000),
        ("localhost", 80, True, "http://localhost:eighty", 8000),
        ("www.example.org", 80, True, "http://localhost:8000", None),
    ],
)
def test_the_port_to_try_it_on(settings, hostname, port, debug, admin, expected):
    settings.DEBUG, settings.WAGTAILADMIN_BASE_URL = debug, admin
    assert port_to_try(Site(hostname=hostname, port=port)) == expected


def test_a_site_on_another_port_than_it_is_tried_on_is_told(settings):
    settings.DEBUG, settings.WAGTAILADMIN_BASE_URL = True, "http://example.com"
    assert "while you try it here, localhost and port 8000" in run()
    Site.objects.update(port=8000)
    assert "while you try it here" not in run()


def test_canned_replies_in_the_site_s_languages_that_may_be_saved():
    run()
    replies = list(CannedReply.objects.all())
    assert {reply.language for reply in replies} >= {"en"}
    for reply in replies:
        reply.full_clean()
    CannedReply.objects.exclude(pk=replies[0].pk).delete()
    run()
    assert CannedReply.objects.count() == 1
