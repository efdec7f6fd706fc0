"""A link that keeps what is sent, and sends nothing."""

from rtsynth_gui.link.link import EngineLink


class Line(EngineLink):
    """To an engine on this machine that is not there."""

    def __init__(self) -> None:
        super().__init__("127.0.0.1", 9740)
        self.sent: list[tuple[object, ...]] = []

    def send(self, address: str, *arguments: object) -> None:
        self.sent.append((address, *arguments))
