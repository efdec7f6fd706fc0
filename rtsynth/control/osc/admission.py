"""Which other machines may talk to the engine at all: `--osc-allow ADDRESS|NETWORK`."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from rtsynth.common.errors import InputError
from rtsynth.control.osc.endpoint import Address, is_this_machine

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
EVERYBODY = ("0.0.0.0/0", "::/0")


class Admission:
    """Lets this machine in, and those of a list.

    Args:
        texts: addresses, such as 192.168.1.20, and networks, such as 192.168.1.0/24.

    Raises:
        InputError: a text is neither.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._networks = tuple(_network(text) for text in texts)
        self._is_listed = lru_cache(maxsize=1024)(self._look_up)

    def admits(self, client: Address) -> bool:
        """Whether a client, by the address of its socket, may talk to the engine."""
        return self._is_listed(client[0]) or is_this_machine(client)

    def _look_up(self, host: str) -> bool:
        address = ipaddress.ip_address(host.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._networks)


def read_admission(text: str) -> Admission:
    """The admission of a text that lists addresses and networks, with commas between them.

    Raises:
        InputError: one is neither.
    """
    return Admission(part for part in text.split(",") if part.strip())


def refusal(client: Address) -> str:
    """The answer to somebody who is not on the list."""
    return f"{client[0]} is not allowed here; start the engine with --osc-allow {client[0]}"


def _network(text: str) -> _Network:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise InputError(
            f"--osc-allow {text}: give an address or a network, for example "
            "--osc-allow 192.168.1.20 or --osc-allow 192.168.1.0/24"
        ) from error
