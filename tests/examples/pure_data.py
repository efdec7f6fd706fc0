"""Pure Data with a patch of the examples, and somebody who moves what is on it."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from tests.ports import free_port
from tests.rtsynth.control.programs import Program, running, wait_until

# Opened beside the patch: whatever has a name there can be moved from outside, and printed.
PROBE = r"""#N canvas 0 0 400 300 12;
#X obj 10 10 netreceive -u {port};
#X msg 10 40 \; \$1 \$2;
#X connect 0 0 1 0;
"""
PRINT = """#X obj 100 {y} r {name};
#X obj 100 {y} print {name};
#X connect {receive} 0 {print} 0;
"""


class Patch:
    """A patch that runs, and its named knobs."""

    def __init__(self, program: Program, port: int) -> None:
        self._program = program
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))

    def move(self, name: str, value: float | str) -> None:
        """Set a knob, or press a button ("bang")."""
        self._socket.send(f"list {name} {value};\n".encode())

    def shown(self, name: str) -> list[str]:
        """All that a number box, or a `print`, has shown."""
        lines = self._program.log().replace("\\ ", " ").splitlines()  # a symbol with spaces
        return [line.partition(": ")[2] for line in lines if line.startswith(f"{name}: ")]

    def close(self) -> None:
        self._socket.close()


@contextmanager
def opened(path: Path, engine_port: int, folder: Path, names: Sequence[str]) -> Iterator[Patch]:
    """A patch as it is, connected to an engine; of the boxes `names` is kept what they show."""
    port = free_port()
    probe = folder / "probe.pd"
    text = PROBE.format(port=port)
    for number, name in enumerate(("ready", *names), start=1):
        text += PRINT.format(y=40 * number, name=name, receive=2 * number, print=2 * number + 1)
    probe.write_text(text)
    command = ["pd", "-nogui", "-noaudio", "-nomidi", "-stderr", "-open", str(path)]
    command += ["-open", str(probe), "-send", f"port {engine_port}"]
    with running(command) as program, closing(Patch(program, port)) as patch:

        def answers() -> bool:
            try:
                patch.move("ready", 1)
            except ConnectionRefusedError:
                return False
            return bool(patch.shown("ready"))

        assert wait_until(answers), program.log()
        yield patch
        assert "error" not in program.log()
        assert "couldn't create" not in program.log()
