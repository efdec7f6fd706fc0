"""Clients on other machines: what they may do, how they subscribe, how much they are answered.

Anybody can put another's address on a datagram. So nobody elsewhere is sent more than a little
until it has sent back what was sent to it alone, and none of them can name a file on this machine.
"""

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from enum import Enum
from functools import lru_cache
from hashlib import blake2b

from rtsynth.common.errors import ControlError
from rtsynth.plugin.library import find_plugins

CONFIRM = "/notify/confirm"
CONFIRM_PERIOD_S = 60.0  # how long a token is good, at least
CONFIRMED_S = 90.0  # that a subscriber elsewhere is sent to before it has to confirm again
CONFIRM_AGAIN_S = 45.0  # left of that when it is asked to

STRANGER_BYTES = (8_000.0, 2_000.0)  # of answers to a machine: at once, and more a second
CONFIRMED_BYTES = (2_000_000.0, 500_000.0)  # to one where a subscriber has confirmed
STRANGERS_BYTES = (64_000.0, 64_000.0)  # to all others together
MAX_HOSTS = 256


class Afar(Enum):
    """What a command does for a client on another machine."""

    ALLOWED = ""
    NAMES = "from another machine, load a plugin by its name, as rtsynth list shows it"
    CONFIRMED = f"subscribe first: send /notify 1, then return the {CONFIRM} that answers it"
    REFUSED = "only from the machine the engine runs on"


def check_afar(afar: Afar, arguments: tuple[object, ...], *, confirmed: bool) -> None:
    """Refuse what a client on another machine may not do.

    Args:
        arguments: of the command, checked; the first of one that wants NAMES is the name.
        confirmed: whether somebody on that machine has confirmed a subscription.

    Raises:
        ControlError: with the reason.
    """
    if (
        afar is Afar.REFUSED
        or (afar is Afar.CONFIRMED and not confirmed)
        or (afar is Afar.NAMES and arguments[0] not in _plugin_names(int(time.monotonic() / 5)))
    ):
        raise ControlError(afar.value)


@lru_cache(maxsize=1)
def _plugin_names(period: int) -> frozenset[str]:
    """Names of plugins, looked up once in a while: a flood of them must not search the disk."""
    return frozenset(find_plugins())


class Handshake:
    """Tokens that show that a client receives what is sent to a port of its machine.

    Nothing is kept of who was sent one: a flood of forged addresses costs no memory.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)

    def token(self, host: str, port: int, age: int = 0) -> str:
        """The token of this period, or of the one `age` before."""
        period = int(time.monotonic() / CONFIRM_PERIOD_S) - age
        text = f"{host} {port} {period}".encode()
        return "t" + blake2b(text, key=self._key, digest_size=8).hexdigest()  # never a number

    def is_good(self, token: str, host: str, port: int) -> bool:
        """Whether it is one that was sent there a short time ago."""
        given = token.encode("utf-8", "replace")
        return any(
            hmac.compare_digest(given, self.token(host, port, age).encode()) for age in (0, 1)
        )


class _Bucket:
    """Bytes that may be sent: a burst at once, and a rate per second after it."""

    __slots__ = ("_at_s", "_left")

    def __init__(self, burst: float) -> None:
        self._left = burst
        self._at_s = time.monotonic()

    def take(self, size: int, burst: float, rate: float) -> bool:
        now_s = time.monotonic()
        self._left = min(burst, self._left + (now_s - self._at_s) * rate)
        self._at_s = now_s
        if size > self._left:
            return False
        self._left -= size
        return True


class AnswerBudget:
    """How much other machines are answered; for the latest `MAX_HOSTS` of them."""

    def __init__(self) -> None:
        self._hosts: OrderedDict[tuple[str, bool], _Bucket] = OrderedDict()
        self._strangers = _Bucket(STRANGERS_BYTES[0])
        self._lock = threading.Lock()

    def allows(self, host: str, size: int, *, confirmed: bool) -> bool:
        """Whether `size` bytes may be sent to a machine now; they count if so."""
        burst, rate = CONFIRMED_BYTES if confirmed else STRANGER_BYTES
        with self._lock:
            bucket = self._hosts.get((host, confirmed))
            if bucket is None:
                bucket = self._hosts[host, confirmed] = _Bucket(burst)
                while len(self._hosts) > MAX_HOSTS:
                    self._hosts.popitem(last=False)
            return bucket.take(size, burst, rate) and (
                confirmed or self._strangers.take(size, *STRANGERS_BYTES)
            )
