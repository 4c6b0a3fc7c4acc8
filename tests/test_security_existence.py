"""Whether a ticket exists shows in nothing: not in the text, the headers, the cookies or the work done."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories import make_ticket
from tests.public.helpers import make_support_page, without_token
from tests.test_access_table import attach

NONE = "HD-00000-00000"
PATHS = [
    "/helpdesk/tickets/{}/",
    "/helpdesk/tickets/{}/reply/",
    "/helpdesk/tickets/{}/solve/",
    "/helpdesk/tickets/{}/reopen/",
    "/helpdesk/tickets/{}/leave/",
    "/support/complaint/sent/{}/",
]


@pytest.fixture
def ticket(desk):
    cache.clear()
    make_support_page(desk)
    return make_ticket(desk)


def answer(path, method, *, cookie):
    client = Client()
    if cookie:
        client.cookies["sessionid"] = cookie
    response = getattr(client, method)(path)
    headers = {key: value for key, value in response.headers.items() if key != "Content-Length"}
    cookies = {key: morsel.OutputString() for key, morsel in response.cookies.items()}
    return response.status_code, without_token(response), headers, cookies.get("sessionid")


@pytest.mark.parametrize("cookie", ["", "a-session-that-has-ended-long-ago"])
@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.parametrize("path", PATHS)
def test_a_ticket_of_somebody_else_is_like_none(ticket, path, method, cookie):
    theirs = answer(path.format(ticket.reference), method, cookie=cookie)
    none = answer(path.format(NONE), method, cookie=cookie)
    assert theirs == none


@pytest.mark.parametrize("cookie", ["", "a-session-that-has-ended-long-ago"])
def test_a_file_of_somebody_else_is_like_none(ticket, cookie):
    key = attach(ticket).key
    theirs = answer(f"/helpdesk/files/{key}/", "get", cookie=cookie)
    none = answer(f"/helpdesk/files/{'x' * len(key)}/", "get", cookie=cookie)
    assert theirs == none
