"""A search backend on Whoosh for Wagtail's search layer, usable without the rest of the help desk.

``BACKEND: "wagtail_helpdesk.search.whoosh"`` is all a site needs. Putting
``"wagtail_helpdesk.search"`` into ``INSTALLED_APPS`` adds the system checks and the command
``tend_helpdesk_search``; the app has no models. Whoosh is imported in ``whoosh/`` only.
"""
