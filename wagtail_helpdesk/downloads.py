"""Handing out a private file. Who may have it is the view's question; how, is answered here once."""

import logging

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from .models import Attachment
from .tickets.file_types import OCTET_STREAM, SERVED_TYPES, clean_name

logger = logging.getLogger(__name__)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


def attachment_response(attachment: Attachment) -> HttpResponseBase:
    """The file, to be saved and never shown: it is a stranger's, whatever it was checked for.

    Bytes that the store has lost are answered with 404 and mark the row ``missing``; a store that
    doesn't answer, with 503. Neither is an error page of the server.
    """
    try:
        # FileResponse closes it; a store elsewhere is asked here, not while the answer is under way.
        stored = attachment.file.storage.open(attachment.file.name)
    except FileNotFoundError:
        _mark(attachment, missing=True)
        return _refusal(_("The file “%(name)s” is lost. Ask for it to be sent again."), attachment)
    except Exception:
        logger.exception("The store of private files failed.")
        response = _refusal(
            _("The file “%(name)s” can't be read at the moment. Try again later."), attachment
        )
        response.status_code = 503
        return response
    if attachment.missing:
        _mark(attachment, missing=False)
    served = attachment.content_type
    return FileResponse(
        stored,
        as_attachment=True,
        filename=clean_name(attachment.name),
        content_type=served if served in SERVED_TYPES else OCTET_STREAM,
        headers=HEADERS,
    )


def _mark(attachment: Attachment, *, missing: bool) -> None:
    attachment.missing = missing
    Attachment.objects.filter(pk=attachment.pk).update(missing=missing)
    if missing:
        logger.error("The bytes of attachment %s are missing from the store.", attachment.pk)


def _refusal(message: str, attachment: Attachment) -> HttpResponse:
    return HttpResponse(
        message % {"name": attachment.name},
        status=404,
        content_type="text/plain; charset=utf-8",
        headers=HEADERS,
    )
