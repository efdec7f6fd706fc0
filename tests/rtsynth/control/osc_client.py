"""A plain OSC client on a real socket."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any, Self

from rtsynth.control.osc.packet import Argument, OscMessage, decode
from tests.rtsynth.control.osc_messages import encode

PATIENCE_S = 20.0  # the machine may be busy


class OscClient:
    """Sends to one server and reads what comes back, from a port of its own."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.socket.connect((host, port))
        self.port = self.socket.getsockname()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.socket.close()

    def send(self, address: str, *arguments: Argument) -> None:
        self.socket.send(encode(address, *arguments))

    def receive(self, timeout_s: float = PATIENCE_S) -> list[OscMessage]:
        self.socket.settimeout(timeout_s)
        return decode(self.socket.recv(65_536))

    def messages(self, seconds: float) -> Iterator[OscMessage]:
        """What arrives in a length of time."""
        end_s = time.monotonic() + seconds
        while (left_s := end_s - time.monotonic()) > 0:
            try:
                yield from self.receive(left_s)
            except TimeoutError:
                return

    def expect(
        self,
        address: str,
        timeout_s: float = PATIENCE_S,
        where: Callable[[OscMessage], bool] = lambda message: True,
    ) -> tuple[Any, ...]:
        """Arguments of the next message with that address; others are passed over."""
        seen = []
        for message in self.messages(timeout_s):
            if message.address == address and where(message):
                return message.arguments
            seen.append(message)
        raise AssertionError(f"no {address} within {timeout_s} s, but {seen[-20:]}")

    def ask(self, address: str, *arguments: Argument, reply: str) -> tuple[Any, ...]:
        self.send(address, *arguments)
        return self.expect(reply)

    def ask_json(self, address: str, timeout_s: float = PATIENCE_S) -> Any:
        """The JSON that answers."""
        self.send(address)
        return self.expect_json(address, timeout_s)

    def expect_json(self, address: str, timeout_s: float = PATIENCE_S) -> Any:
        """The next JSON that an address sends, whole or in parts: index, count, text, serial."""
        part, texts = f"{address}.part", dict[int, str]()
        for message in self.messages(timeout_s):
            if message.address == f"{address}.reply":
                return json.loads(str(message.arguments[0]))
            if message.address == part:
                index, count, text, _ = message.arguments
                texts[int(index)] = str(text)
                if len(texts) == count:
                    return json.loads("".join(text for _, text in sorted(texts.items())))
        raise AssertionError(f"no {address}.reply within {timeout_s} s")

    def sync(self) -> None:
        """Wait until all that was sent before has been done."""
        token = time.monotonic_ns() % (1 << 31)
        self.send("/sync", token)
        self.expect("/synced", where=lambda message: message.arguments == (token,))
