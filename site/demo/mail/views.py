"""Reads the stored mail. Nothing here changes anything."""

from datetime import UTC
from email import message_from_bytes, policy

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

NEWEST = 200

# A mail's HTML comes from templates a site may change, with what strangers wrote in it: it may be
# drawn, and a link in it may be followed, but it runs nothing and fetches nothing.
HTML_POLICY = (
    "sandbox allow-top-navigation-by-user-activation; default-src 'none'; "
    "img-src data:; style-src 'unsafe-inline'; base-uri 'self'"
)


@require_safe
def message_list(request):
    paths = sorted(settings.DEMO_MAIL_ROOT.glob("*.eml"), reverse=True)[:NEWEST]
    mails = [
        (path.stem, mail, sent_at(mail))
        for path, mail in zip(paths, map(parse, paths), strict=True)
    ]
    return render(request, "demo_mail/list.html", {"mails": mails})


@require_safe
def message_detail(request, name):
    mail = find(name)
    html = mail.get_body(["html"])
    text = mail.get_body(["plain"])
    context = {
        "name": name,
        "mail": mail,
        "sent_at": sent_at(mail),
        "headers": [(key, str(value)) for key, value in mail.items()],
        "text": text.get_content() if text else "",
        "has_html": html is not None,
        "files": [part.get_filename() for part in mail.iter_attachments()],
    }
    return render(request, "demo_mail/detail.html", context)


@require_safe
@xframe_options_sameorigin
def message_html(request, name):
    part = find(name).get_body(["html"])
    if part is None:
        raise Http404
    # Links leave the frame for the whole window.
    content = '<base target="_top">' + part.get_content()
    response = HttpResponse(content)
    response.headers["Content-Security-Policy"] = HTML_POLICY
    return response


def find(name):
    # The URL lets only letters, digits, "-" and "_" through: no path leads out of the folder.
    path = settings.DEMO_MAIL_ROOT / f"{name}.eml"
    if not path.is_file():
        raise Http404
    return parse(path)


def sent_at(mail):
    """The mail's date by the site's clock. Python gives one without a zone ("-0000") as UTC, and unmarked."""
    date = mail["date"] and mail["date"].datetime
    if date is None:
        return None
    return localtime(date if date.tzinfo else date.replace(tzinfo=UTC))


def parse(path):
    return message_from_bytes(path.read_bytes(), policy=policy.default)
