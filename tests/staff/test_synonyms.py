"""Words that mean the same: who keeps them, what a group must be, and that searches follow at once."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.models import Locale

from tests.factories import make_user
from tests.knowledge.conftest import Library
from wagtail_helpdesk.knowledge import find
from wagtail_helpdesk.knowledge.synonyms import standard_groups, standard_languages
from wagtail_helpdesk.models import Synonyms
from wagtail_helpdesk.staff.viewsets.synonyms import replaced

HOME = reverse("wagtailadmin_home")
INDEX = reverse("wagtail_helpdesk_synonyms:index")
ADD = reverse("wagtail_helpdesk_synonyms:add")


@pytest.fixture
def editor(client, desk):
    """Somebody who keeps the synonyms and has nothing else to do with the help desk."""
    user = make_user("editor")
    user.user_permissions.add(
        Permission.objects.get(codename="access_admin"),
        *Permission.objects.filter(codename__endswith="_synonyms"),
    )
    client.force_login(user)
    return client


def add(client, words, language="en"):
    """The errors of the form; none where it was saved."""
    response = client.post(ADD, {"language": language, "words": words})
    if response.status_code == 302:
        return {}
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def test_its_permission_is_enough_and_needed(editor, client, desk):
    assert f'"{INDEX}"' in editor.get(HOME).content.decode()
    assert editor.get(reverse("wagtail_helpdesk_admin:tickets")).status_code == 302
    assert add(editor, "lamp, light") == {}
    client.force_login(desk.first_leader)
    for url in (INDEX, ADD):
        assert client.get(url).url == HOME
    client.post(ADD, {"language": "en", "words": "router, box"})
    assert Synonyms.objects.count() == 1


def test_a_search_follows_at_once(editor, desk):
    library = Library(desk)
    library.article("Resetting the router", "Press the button.")
    ask = lambda: find("thingamajig", site=desk.site, locale=Locale.get_default()).total  # noqa: E731
    assert ask() == 0
    add(editor, "Router, thingamajig")
    assert ask() == 1
    [group] = Synonyms.objects.all()
    editor.post(reverse("wagtail_helpdesk_synonyms:delete", args=[group.pk]))
    assert ask() == 0


def test_words_are_tidied(editor):
    assert add(editor, "  Wi-Fi ,wireless   net,, WI FI,wifi ") == {}
    assert Synonyms.objects.get().words == "Wi-Fi, wireless net, wifi"


@pytest.mark.parametrize("words", ["lamp", "lamp,", " , lamp ,,", "Lamp, lámp", "lamp lamp"])
def test_one_word_is_no_group(editor, words):
    assert add(editor, words) == {"words": ["Enter at least two words, with a comma between them."]}


def test_a_word_needs_letters(editor):
    assert add(editor, "lamp, light, ?!") == {"words": ["“?!” has no letters or digits."]}


def test_too_long_or_with_nul(editor):
    assert "words" in add(editor, "lamp, " + "x" * 500)
    assert "words" in add(editor, "lamp, li\x00ght")
    assert not Synonyms.objects.exists()


def test_the_first_word_names_a_group_of_a_language(editor):
    Locale.objects.get_or_create(language_code="id")
    assert add(editor, "Lamp, light") == {}
    refusal = {"words": ["There is a group that begins with this word: “Lamp, light”."]}
    assert add(editor, "lámp, bulb") == refusal
    assert add(editor, "bulb, lamp") == {}
    assert add(editor, "lamp, lampu", "id") == {}
    group = Synonyms.objects.get(words="Lamp, light")
    edit = reverse("wagtail_helpdesk_synonyms:edit", args=[group.pk])
    same = editor.post(edit, {"language": "en", "words": "lamp, light, torch"})
    assert same.status_code == 302
    taken = editor.post(edit, {"language": "en", "words": "bulb, light"})
    assert taken.status_code == 200 and "begins with this word" in taken.content.decode()


def test_languages_are_the_sites_without_their_region(editor):
    Locale.objects.create(language_code="id-id")
    form = editor.get(ADD).context["form"]
    assert list(form.fields["language"].widget.choices) == [("en", "English"), ("id", "Indonesian")]
    assert form.initial["language"] == "en"
    for code in ("fr", "id-id", ""):
        assert "language" in add(editor, "lamp, light", code)
    assert not Synonyms.objects.exists()


def test_a_group_of_a_language_that_is_gone_can_still_be_edited(editor):
    group = Synonyms.objects.create(language="fr", words="lampe, lumière")
    edit = reverse("wagtail_helpdesk_synonyms:edit", args=[group.pk])
    assert editor.get(edit).status_code == 200
    response = editor.post(edit, {"language": "fr", "words": "lampe, ampoule"})
    assert response.status_code == 302
    assert Synonyms.objects.get().words == "lampe, ampoule"


def test_the_list_by_language_and_word(editor):
    Locale.objects.create(language_code="id")
    Synonyms.objects.create(language="en", words="password, passphrase")
    Synonyms.objects.create(language="id", words="lampu, lentera")

    def listed(**query):
        return [group.words for group in editor.get(INDEX, query).context["object_list"]]

    assert listed() == ["password, passphrase", "lampu, lentera"]
    assert listed(language="id") == listed(q="LENTERA") == ["lampu, lentera"]
    assert "password, passcode, pw, pwd" in editor.get(INDEX).content.decode()


def test_standard_groups_are_there_to_read(editor):
    page = editor.get(ADD).content.decode()
    assert standard_languages() == ["en", "id"]
    for language in standard_languages():
        assert f"<li>{', '.join(standard_groups(language)[0])}</li>" in page


@pytest.mark.parametrize(
    ("language", "words", "group"),
    [
        ("en", "Password, secret", "password, passcode, pw, pwd"),
        ("en", "passcode, secret", ""),
        ("fr", "password, mot de passe", ""),
        ("id", "tidak, kagak", None),
    ],
)
def test_what_a_group_replaces(language, words, group):
    found = replaced(Synonyms(language=language, words=words))
    assert found == group if group is not None else found.startswith("tidak, gak")
