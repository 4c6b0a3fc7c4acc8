"""Follows what editors do to articles: words to find them by, and the privacy of internal ones."""

from django.contrib.auth.models import Group, Permission
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from wagtail.models import PageViewRestriction
from wagtail.signals import page_unpublished

from . import keeping
from .articles import article_models

_MAY_SEE_TICKETS = {"codename": "view_ticket", "content_type__app_label": "wagtail_helpdesk"}


def connect() -> None:
    """Called once, when the app is ready."""
    pre_save.connect(_about_to_be_saved, dispatch_uid="wagtail_helpdesk.article_about_to_be_saved")
    post_save.connect(_saved, dispatch_uid="wagtail_helpdesk.article_saved")
    pre_delete.connect(_deleted, dispatch_uid="wagtail_helpdesk.article_deleted")
    m2m_changed.connect(
        _desk_changed,
        sender=Group.permissions.through,
        dispatch_uid="wagtail_helpdesk.article_readers_changed",
    )
    # Where a page's time is over, Wagtail saves it as a mere page, of no kind.
    page_unpublished.connect(_unpublished, dispatch_uid="wagtail_helpdesk.article_unpublished")


def _about_to_be_saved(sender, instance, raw=False, **kwargs) -> None:
    if not raw and getattr(sender, "is_helpdesk_article", False):
        stored = sender._base_manager.filter(pk=instance.pk, internal=True)
        instance._helpdesk_was_internal = stored.exists()


def _saved(sender, instance, raw=False, update_fields=None, **kwargs) -> None:
    if raw or not getattr(sender, "is_helpdesk_article", False):
        return
    was_internal = instance._helpdesk_was_internal
    if update_fields is not None:
        # Wagtail saves a draft's marks by an object that holds the draft's text as well.
        instance = sender._base_manager.filter(pk=instance.pk).first()
        if instance is None:
            return
    if instance.internal:
        close_to_visitors(instance)
    elif was_internal:
        open_to_visitors(instance)
    keeping.keep(instance)


def _unpublished(sender, instance, **kwargs) -> None:
    if getattr(sender, "is_helpdesk_article", False):
        keeping.forget(instance.pk)


def _deleted(sender, instance, **kwargs) -> None:
    if getattr(sender, "is_helpdesk_article", False):
        keeping.forget(instance.pk)


def close_to_visitors(page) -> None:
    """Restrict an internal article to the groups of the help desk, by Wagtail's own page privacy.

    So it stays out of every list, search, sitemap and API that respects privacy, ours or not. (Ours look at
    the mark as well.) A restriction that an editor has set already is left as it is.
    """
    if PageViewRestriction.objects.filter(page_id=page.pk).exists():
        return
    restriction = PageViewRestriction.objects.create(
        page_id=page.pk, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.set(_groups_of_the_desk())


def open_to_visitors(page) -> None:
    """Lift what ``close_to_visitors`` has set, where nobody has changed it since.

    Only for an article that was internal until now: else a restriction is an editor's own, the same groups
    or not.
    """
    for restriction in PageViewRestriction.objects.filter(
        page_id=page.pk, restriction_type=PageViewRestriction.GROUPS
    ):
        if set(restriction.groups.all()) == set(_groups_of_the_desk()):
            restriction.delete()


def _desk_changed(sender, instance, action, reverse, pk_set, **kwargs) -> None:
    """Groups may see tickets from now on, or no longer: our restrictions follow, editors' own stay."""
    if action not in ("post_add", "pre_remove", "pre_clear"):
        return
    permissions = Permission.objects.filter(**_MAY_SEE_TICKETS).values_list("pk", flat=True)
    groups, given = (pk_set, {instance.pk}) if reverse else ({instance.pk}, pk_set)
    if given is not None and given.isdisjoint(permissions):
        return
    desk = set(_groups_of_the_desk().values_list("pk", flat=True))
    changed = desk if groups is None else desk & groups
    if changed:
        before, after = (desk - changed, desk) if action == "post_add" else (desk, desk - changed)
        for restriction in _restrictions_of_internal_articles():
            if {group.pk for group in restriction.groups.all()} == before:
                restriction.groups.set(after)


def _restrictions_of_internal_articles() -> list[PageViewRestriction]:
    restrictions = PageViewRestriction.objects.filter(
        restriction_type=PageViewRestriction.GROUPS
    ).prefetch_related("groups")
    return [
        restriction
        for model in article_models()
        for restriction in restrictions.filter(
            page__in=model._base_manager.filter(internal=True).values("pk")
        )
    ]


def _groups_of_the_desk():
    permissions = Permission.objects.filter(**_MAY_SEE_TICKETS)
    return Group.objects.filter(permissions__in=permissions).distinct()
