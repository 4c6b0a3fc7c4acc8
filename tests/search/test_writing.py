"""When the index is written to, and what happens if it can't be."""

import logging

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from wagtail.models import Page

from wagtail_helpdesk.search.whoosh import upkeep, writing
from wagtail_helpdesk.search.whoosh.directory import Directory
from wagtail_helpdesk.search.whoosh.journal import Journal


@pytest.fixture
def directory(backend):
    return Directory(backend.options, Page)


def committing(test):
    return pytest.mark.django_db(transaction=True, serialized_rollback=True)(test)


@committing
def test_a_save_is_found_when_it_is_committed(backend, make_page, found):
    with transaction.atomic():
        made = make_page("Modem lights")
        assert found("modem") == []
    assert found("modem") == ["Modem lights"]
    made.title = "Router lights"
    made.save()
    assert (found("modem"), found("router")) == ([], ["Router lights"])
    made.delete()
    assert found("router") == []
    assert upkeep.look(Directory(backend.options, Page)).documents == 0


@committing
def test_a_rollback_leaves_no_trace(backend, make_page, directory):
    make_page("Kept")
    before = upkeep.look(directory)
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        make_page("Undone")
        raise ZeroDivisionError
    assert connection.run_on_commit == []
    assert upkeep.look(directory) == before
    assert Journal(directory).entries() == []


@committing
@pytest.mark.parametrize("first_is_undone", [True, False])
def test_what_a_savepoint_undid_is_not_found(backend, make_page, found, first_is_undone):
    """The rest of the transaction is, whether it came before the savepoint or after it."""
    with transaction.atomic():
        if not first_is_undone:
            make_page("Kept modem")
        with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
            make_page("Undone modem")
            raise ZeroDivisionError
        if first_is_undone:
            make_page("Kept modem")
    assert found("modem") == ["Kept modem"]


@committing
def test_a_transaction_is_written_once(backend, make_page, directory):
    with transaction.atomic():
        for number in range(5):
            make_page(f"Modem {number}")
    state = upkeep.look(directory)
    assert (state.documents, state.segments) == (5, 1)


def test_refresh_writes_what_waits_for_a_commit(backend, make_page, found):
    """A TestCase never commits; explicit refreshing is what modelsearch's own tests rely on."""
    make_page("Modem lights")
    assert found("modem") == []
    backend.refresh_indexes()
    assert found("modem") == ["Modem lights"]


def test_the_key_is_taken_before_delete_nulls_it(backend, make_page, found, directory):
    made = make_page("Modem lights")
    backend.refresh_indexes()
    made.delete()
    backend.refresh_indexes()
    assert upkeep.look(directory).documents == 0


@committing
def test_a_busy_index_is_waited_for_and_then_left_to_the_next(
    configure, make_page, found, directory
):
    configure(WRITE_TIMEOUT=0.05)
    with directory.write_lock():
        make_page("Modem lights")
    assert found("modem") == []
    assert len(Journal(directory).entries()) == 1
    make_page("Router lights")
    assert (found("modem"), found("router")) == (["Modem lights"], ["Router lights"])
    assert Journal(directory).entries() == []


@committing
def test_a_failing_index_breaks_no_save(backend, make_page, found, directory, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(writing, "write_names", fail)
        made = make_page("Modem lights")
    assert Page.objects.filter(pk=made.pk).exists()
    assert "could not be updated" in caplog.text
    assert found("modem") == []
    upkeep.write_leftovers(directory)
    assert found("modem") == ["Modem lights"]


@committing
def test_what_can_not_even_be_remembered_sends_searches_to_the_database(
    backend, make_page, found, monkeypatch, caplog
):
    """A read-only or full disk: the index is behind, and this process knows it."""

    def fail(*args, **kwargs):
        raise OSError("Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "remember", fail)
        make_page("Modem lights")
        assert found("modem") == ["Modem lights"]
    assert "Read-only file system" in caplog.text
    assert "asks the database" in caplog.text
    caplog.clear()
    make_page("Router lights")
    assert found("modem") == ["Modem lights"]
    assert "asks the database" not in caplog.text


def test_one_object_makes_no_index(configure, make_page, found, caplog):
    """It would be an index that knows only this one, and searches would believe it."""
    backend = configure()
    make_page("Modem lights")
    backend.refresh_indexes()
    assert not Directory(backend.options, Page).path.exists()
    with caplog.at_level(logging.WARNING):
        assert found("modem") == ["Modem lights"]
        assert found("modem") == ["Modem lights"]
    assert caplog.text.count("there is no index") == 1


def test_models_limit_what_is_indexed(configure, make_page, directory):
    backend = configure(MODELS=["wagtaildocs.Document"])
    make_page("Modem lights")
    backend.refresh_indexes()
    assert upkeep.look(Directory(backend.options, Page)).trouble or not directory.is_rebuilding()
    assert [page.title for page in backend.search("modem", Page)] == ["Modem lights"]


def test_pieces_are_merged(backend, make_page, found, directory):
    made = []
    for number in range(12):
        made.append(make_page(f"Modem {number}"))
        backend.refresh_indexes()
    made[0].delete()
    backend.refresh_indexes()
    assert upkeep.look(directory).segments == 12
    assert upkeep.merge(directory)
    state = upkeep.look(directory)
    assert (state.documents, state.segments) == (11, 1)
    assert len(found("modem")) == 11
    assert not upkeep.merge(directory)
    made[1].title = "Router"
    made[1].save()
    backend.refresh_indexes()
    assert upkeep.merge(directory, all_of_it=True)
    assert (found("router"), len(found("modem"))) == (["Router"], 10)


def test_all_documents_may_go(backend, make_page, found, directory):
    made = make_page("Modem")
    backend.refresh_indexes()
    made.delete()
    backend.refresh_indexes()
    assert upkeep.merge(directory)
    assert found("modem") == []
    make_page("Modem again")
    backend.refresh_indexes()
    assert found("modem") == ["Modem again"]


def test_an_index_is_compared_with_the_database(backend, make_page, found, directory):
    gone, kept = make_page("Gone modem"), make_page("Kept modem")
    backend.refresh_indexes()
    Page.objects.filter(pk=gone.pk)._raw_delete("default")
    writing.replace(directory.open()[1], {str(kept.pk): None}, timeout=1)
    assert found("modem") == []
    added, removed = upkeep.compare(directory)
    assert removed == 1
    assert added >= 1
    assert found("modem") == ["Kept modem"]


@committing
def test_what_is_saved_during_a_rebuild_is_in_the_new_index(backend, make_page, found, directory):
    old, gone = make_page("Modem lights"), make_page("Gone modem")
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(Page))
    new = rebuilder.start()
    new.add_items(Page, list(Page.objects.filter(depth=2)))
    old.title = "Router lights"
    old.save()
    gone.delete()
    make_page("Modem sounds")
    assert (found("modem"), found("router")) == (["Modem sounds"], ["Router lights"])
    rebuilder.finish()
    assert (found("modem"), found("router")) == (["Modem sounds"], ["Router lights"])
    assert not directory.is_rebuilding()
    assert Journal(directory).entries(Journal(directory).replay) == []


def test_a_rebuild_that_dies_changes_nothing(backend, make_page, found, directory):
    make_page("Modem lights")
    backend.refresh_indexes()
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(Page))
    rebuilder.start()
    rebuilder.new.writer.cancel()
    rebuilder.lock.close()  # as the system does for a process that is killed
    assert found("modem") == ["Modem lights"]
    call_command("update_index", backend_name="helpdesk", verbosity=0)
    assert found("modem") == ["Modem lights"]
    assert len(list(directory.path.glob("index-*"))) == 1
