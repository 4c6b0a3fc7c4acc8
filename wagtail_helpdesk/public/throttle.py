"""How often a stranger may do what costs us something, or what could be guessed by trying.

Counters live in the site's cache, under a keyed hash of what they count: no address is stored. Each
limit is a sliding window, made of the fixed window we are in and the weighted one before.
Where the database knows the count as well, a counter that starts anew (a new window, a flushed cache)
starts from what the database says, and the database alone decides while the cache is down.
"""

import ipaddress
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from ..conf import helpdesk_settings

SALT = "wagtail_helpdesk.throttle"

logger = logging.getLogger(__name__)

#: Counts what the database knows to have happened since a moment (UTC).
Floor = Callable[[datetime], int]


class ThrottleDown(Exception):
    """The cache does not answer, and nothing else has counted."""


def allow(scope: str, value: str, *, floor: Floor | None = None, amount: int = 1) -> bool:
    """Count one attempt of ``value`` in ``scope`` (a key of ``THROTTLES``); whether it is within all limits.

    ``amount`` is how much the attempt counts where something else than attempts is counted.
    Raises ``ThrottleDown``: whether that opens or closes the door is the caller's to decide.
    """
    counts = [
        _count(scope, value, seconds, floor, amount) <= limit
        for limit, seconds in helpdesk_settings.THROTTLES[scope]
    ]
    return all(counts)


def take(scope: str, value: str, amount: int) -> bool:
    """Like ``allow``, of something that can be given back: what is refused does not count.

    Raises ``ThrottleDown``.
    """
    fits = allow(scope, value, amount=amount)
    if not fits:
        give_back(scope, value, amount)
    return fits


def counts(scope: str, request: HttpRequest) -> bool:
    """Whether what the network of ``request`` does now is to be counted; not while the cache is down."""
    try:
        return allow(scope, network_address(request))
    except ThrottleDown:
        return False


def first(scope: str, value: str, *, seconds: int) -> bool:
    """Whether ``value`` comes for the first time within ``seconds``: of two clicks at once, one is."""
    digest = salted_hmac(SALT, f"{scope}:{value}", algorithm="sha256").hexdigest()[:40]
    try:
        return cache.add(f"wagtail_helpdesk:first:{scope}:{digest}", 1, timeout=seconds)
    except Exception as error:  # each cache backend has errors of its own
        logger.warning("The cache that counts attempts does not answer: %s", type(error).__name__)
        return True


def give_back(scope: str, value: str, amount: int) -> None:
    """Take ``amount`` off what was counted in the windows we are in. With the cache down, nothing happens."""
    for _limit, seconds in helpdesk_settings.THROTTLES[scope]:
        key = _key(scope, value, seconds, int(time.time() // seconds))
        try:
            if cache.incr(key, -amount) < 0:
                cache.set(key, 0)
            cache.touch(key, timeout=2 * seconds)
        except Exception as error:  # counted in the window before, or the cache is down
            logger.debug("Nothing was given back: %s", type(error).__name__)


def network_address(request: HttpRequest) -> str:
    """Whom to count: the IPv4 address, or the /64 of an IPv6 address, which is one household or host.

    ``X-Forwarded-For`` is believed only as far as ``TRUSTED_PROXIES`` proxies have appended to it.
    """
    address = request.META.get("REMOTE_ADDR", "")
    proxies = helpdesk_settings.TRUSTED_PROXIES
    if proxies:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(forwarded) >= proxies and forwarded[-proxies].strip():
            address = forwarded[-proxies].strip()
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return "unknown"
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.version == 6:
        return str(ipaddress.ip_network((ip, 64), strict=False).network_address)
    return str(ip)


def _count(scope: str, value: str, seconds: int, floor: Floor | None, amount: int) -> float:
    """Attempts in the last ``seconds``, this one (which counts ``amount``) included."""
    now = time.time()
    window = int(now // seconds)
    try:
        current = _add(_key(scope, value, seconds, window), seconds, window, floor, amount)
        before = cache.get(_key(scope, value, seconds, window - 1), 0)
    except Exception as error:  # each cache backend has errors of its own
        logger.warning("The cache that counts attempts does not answer: %s", type(error).__name__)
        if floor is None:
            raise ThrottleDown from error
        return floor(datetime.fromtimestamp(now - seconds, UTC)) + amount
    return current + before * (1 - (now % seconds) / seconds)


def _add(key: str, seconds: int, window: int, floor: Floor | None, amount: int) -> int:
    if cache.add(key, 0, timeout=2 * seconds) and floor is not None:
        known = floor(datetime.fromtimestamp(window * seconds, UTC))
        if known:
            cache.incr(key, known)
    count = cache.incr(key, amount)
    # Some backends (files, database) give what they count their default time to live.
    cache.touch(key, timeout=2 * seconds)
    return count


def _key(scope: str, value: str, seconds: int, window: int) -> str:
    digest = salted_hmac(SALT, f"{scope}:{value}", algorithm="sha256").hexdigest()[:40]
    return f"wagtail_helpdesk:throttle:{scope}:{seconds}:{window}:{digest}"
