"""The tag under which ``manage.py check --tag wagtail_helpdesk`` finds these checks."""

TAG = "wagtail_helpdesk"
