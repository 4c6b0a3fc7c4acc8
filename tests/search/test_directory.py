"""Missing, foreign, damaged, stale and read-only directories: a check says so, search goes on."""

import gc
import json
import os
import shutil
import warnings
from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from modelsearch.backends import get_search_backend
from modelsearch.query import MATCH_ALL, And, Boost, Fuzzy, Not, Or, Phrase, PlainText
from wagtail.models import Page

from wagtail_helpdesk.clocks.timers import run_timers
from wagtail_helpdesk.search import checks
from wagtail_helpdesk.search.whoosh import reading, upkeep, writing
from wagtail_helpdesk.search.whoosh.directory import MARKER, Directory
from wagtail_helpdesk.search.whoosh.options import Options


@pytest.fixture
def modem(backend, make_page):
    """An index in which there is a page about modems."""
    make_page("Modem lights")
    backend.refresh_indexes()
    return Directory(backend.options, Page)


@pytest.fixture(autouse=True)
def _unclosed_files(caplog, monkeypatch):
    """Whoosh forgets to close a file that it can't make sense of; don't let others hear of it."""
    monkeypatch.setattr(writing.logger, "exception", writing.logger.error)  # keeps no frames
    yield
    reading.close_all()
    # The records hold the exception, which holds the file.
    for phase in ("setup", "call"):
        caplog.get_records(phase).clear()
    caplog.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()


def said():
    return [message.id.split(".")[1] for message in checks.check_search(None)]


def test_a_good_index_is_nothing_to_speak_of(modem, found, configure, caplog):
    configure(LANGUAGES=["en"])
    call_command("update_index", backend_name="helpdesk", verbosity=0)
    assert (said(), found("modem"), caplog.text) == ([], ["Modem lights"], "")


def lose(directory):
    shutil.rmtree(directory.base)


def damage(directory):
    generation = directory.path / directory.current()
    for file in generation.glob("*.seg"):
        file.write_bytes(b"\x00" * 100)


def damage_the_list(directory):
    for file in (directory.path / directory.current()).glob("*.toc"):
        file.write_bytes(file.read_bytes()[:40])


def empty(directory):
    for file in (directory.path / directory.current()).iterdir():
        file.unlink()


def age(directory):
    about = directory.path / directory.current() / "about.json"
    about.write_text(json.dumps({**json.loads(about.read_text()), "format": 0}))


def point_nowhere(directory):
    (directory.path / "current").write_text("index-gone")


def hide(directory):
    shutil.rmtree(directory.base)
    directory.base.write_text("a file, where a directory should be")


def take_over(directory):
    (directory.base / MARKER).unlink()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lose, "W009"),
        (damage, "W009"),
        (damage_the_list, "W009"),
        (empty, "W009"),
        (age, "W009"),
        (point_nowhere, "W009"),
        (hide, "E007"),
        (take_over, "E007"),
    ],
)
@pytest.mark.usefixtures("_unclosed_files")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_search_goes_to_the_database(modem, make_page, found, caplog, spoil, message):
    spoil(modem)
    reading.close_all()
    assert message in said()
    assert found("modem") == ["Modem lights"]
    assert "asks the database" in caplog.text
    search = get_search_backend("helpdesk")
    assert search.search("modem", Page).count() == 1
    assert search.search("modem", Page).annotate_score("score")[0].score is None
    assert [page.title for page in search.autocomplete("mod", Page)[:3]] == ["Modem lights"]
    assert dict(search.search("modem", Page).facet("live")) == {True: 1}
    make_page("Modem sounds")
    search.refresh_indexes()
    assert set(found("modem")) == {"Modem lights", "Modem sounds"}


@pytest.mark.usefixtures("_unclosed_files")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("spoil", [lose, damage, damage_the_list, empty, age, point_nowhere])
def test_a_rebuild_mends_it(modem, found, spoil, caplog):
    spoil(modem)
    call_command("update_index", backend_name="helpdesk", verbosity=0)
    caplog.clear()
    assert (found("modem"), caplog.text) == (["Modem lights"], "")
    assert "W009" not in said()


def test_a_swap_between_two_looks_is_looked_at_again(modem, found, monkeypatch, caplog):
    """The name of a generation was read, and a rebuild removes it before it is opened."""
    opened = Directory._open
    swapped = []

    def swap_first(directory, generation):
        if not swapped:
            swapped.append(generation)
            call_command("update_index", backend_name="helpdesk", verbosity=0)
        return opened(directory, generation)

    reading.close_all()
    monkeypatch.setattr(Directory, "_open", swap_first)
    assert (found("modem"), caplog.text) == (["Modem lights"], "")
    assert swapped


def test_a_foreign_directory_is_left_alone(configure, tmp_path):
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "precious.txt").write_text("not ours")
    backend = configure()
    with pytest.raises(Exception, match="something else"):
        call_command("update_index", backend_name="helpdesk", verbosity=0)
    backend.refresh_indexes()
    assert os.listdir(tmp_path / "index") == ["precious.txt"]


@pytest.mark.parametrize(
    "query",
    [
        Fuzzy("modm"),
        Phrase("modem lights"),
        Phrase(" \x00 "),
        PlainText(" \x00 "),
        And([PlainText("modem"), PlainText("???")]),
        And([]),
        Or([PlainText("modem"), MATCH_ALL]),
        Boost(PlainText("modem"), 2.0),
        PlainText("modem", boost=3),
        Not(PlainText("modem")),
        Not(PlainText("???")),
        MATCH_ALL,
        PlainText("x" * 10_000),
        PlainText(" ".join(map(str, range(2_000)))),
        PlainText("%_\\'\";--"),
    ],
    ids=lambda query: repr(query)[:40],
)
@pytest.mark.parametrize("fallback", ["", "default"])
def test_the_database_answers_whatever_is_asked(configure, make_page, query, fallback):
    make_page("Modem lights")
    backend = configure(FALLBACK=fallback)
    results = backend.search(query, Page)
    list(results[:10])
    results.count()


def test_an_index_made_otherwise_is_asked_but_spoken_of(modem, configure, found):
    configure(STEMMING=False)
    assert said() == ["W010"]
    assert found("modem") == ["Modem lights"]


def test_models_that_came_later_are_asked_of_the_database(configure, make_page, caplog):
    configure(MODELS=["wagtail_helpdesk_pages.SupportPage"]).reset_indexes()
    make_page("Modem lights")
    backend = configure()
    assert [page.title for page in backend.search("modem", Page.objects.all())] == []
    reading.close_all()
    configure(MODELS=["wagtailimages.Image"]).reset_indexes()
    assert [page.title for page in get_search_backend("helpdesk").search("modem", Page)] == [
        "Modem lights"
    ]
    assert caplog.text == ""


def test_a_read_only_directory_is_spoken_of(modem, monkeypatch):
    monkeypatch.setattr(upkeep.os, "access", lambda path, mode: False)
    assert "W008" in said()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"PATH": ""}, "E001"),
        ({"PAHT": "x"}, "W002"),
        ({"MODELS": ["wagtailcore.Pgae"]}, "E003"),
        ({"MODELS": ["auth.User"]}, "E003"),
        ({"FALLBACK": "postgres"}, "W004"),
        ({"LANGUAGES": ["xx"]}, "W006"),
    ],
)
def test_settings_are_checked(configure, options, message, db):
    try:
        configure(**options)
    except ImproperlyConfigured:
        assert options == {"PATH": ""}
    assert message in said()


def test_other_backends_options_may_stay(configure):
    """To try this backend and go back takes changing BACKEND."""
    configure(INDEX="wagtail", URLS=["http://localhost:9200"], AUTO_UPDATE=False, STEMMING=False)
    assert said() == ["W009"]


def test_options():
    options = Options.from_params(
        {"PATH": "x", "LANGUAGES": ["en"], "MODELS": ["wagtailcore.Page"]}
    )
    assert options.languages == (("en", "en"),)
    assert hash(options)
    with pytest.raises(ImproperlyConfigured, match="PATH"):
        Options.from_params({})


def test_the_checks_are_registered_by_the_app(modem):
    assert not [error for error in run_checks() if error.id == "wagtail_helpdesk_search.E001"]


def tend(**options):
    out, err = StringIO(), StringIO()
    call_command("tend_helpdesk_search", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_the_command_tends_the_index(modem, make_page, found, backend):
    for number in range(12):
        make_page(f"Modem {number}")
        backend.refresh_indexes()
    assert "13 documents in 13 pieces, 0 changes waiting" in tend(status=True)[0]
    out, err = tend()
    assert "merged" in out
    assert "13 documents in 1 pieces" in out
    assert err == ""
    assert "removed" in tend(repair=True, optimise=True)[0]
    assert len(found("modem")) == 13
    assert tend(verbosity=0) == ("", "")
    lose(modem)
    assert "Run manage.py update_index --backend helpdesk" in tend(backend="helpdesk")[1]
    with pytest.raises(CommandError):
        tend(backend="default")


@pytest.mark.usefixtures("_unclosed_files")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("spoil", [lose, damage_the_list, empty, age])
def test_the_command_makes_what_is_not_there(modem, found, spoil, caplog):
    spoil(modem)
    assert tend(build=True, status=True)[0].startswith(f"{modem}: not asked")
    assert tend(build=True)[1] == ""
    caplog.clear()
    assert (found("modem"), caplog.text, said()) == (["Modem lights"], "", [])


def test_the_command_makes_nothing_that_is_there(modem, configure, tmp_path):
    generation = modem.current()
    tend(build=True)
    assert modem.current() == generation
    configure(STEMMING=False)
    tend(build=True)
    assert modem.current() != generation
    assert said() == []
    take_over(modem)
    with pytest.raises(CommandError, match="something else"):
        tend(build=True)


def test_the_timers_tend_it_too(modem, make_page, backend, found):
    for number in range(12):
        make_page(f"Modem {number}")
        backend.refresh_indexes()
    assert run_timers().failed == 0
    assert upkeep.look(modem).segments == 1
    lose(modem)
    assert run_timers().failed == 0
