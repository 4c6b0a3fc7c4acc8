POLICY = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"


def strict_public_pages(get_response):
    """As strict a content security policy as a host may have, on everything but the admin."""

    def middleware(request):
        response = get_response(request)
        if not request.path_info.startswith("/admin/"):
            response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return middleware
