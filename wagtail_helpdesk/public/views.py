from django.http import Http404


def open_link(request, token):
    raise Http404


def ticket(request, reference):
    raise Http404


def file(request, key):
    raise Http404
