"""Pages of the documentation, run as they stand: files are written, commands and Python executed.

A fenced block with a title is a file of that name, or, where the title begins with "terminal", a
command that keeps running beside the next blocks; a `diff` is applied to a copy of the repository.
A `sh` or `python` block without a title is run; `console` is for reading (it installs something, or
takes hours). The commands are those of the page, but play to no device, on a port of the test's
own, and train for a few steps.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pythonosc.udp_client import SimpleUDPClient

from tests.places import ROOT

FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
PORT = "9000"  # in the pages
PACKAGES = ("gui", "models", "train")  # where they are in a copy of the repository
PATIENCE_S = 600.0
# Stands before rtsynth on the PATH.
COMMAND = """#!{python}
import sys
from rtsynth.cli import main
words = sys.argv[1:]
if words[0] == "play":
    words += ["--headless"]
if words[0] in ("play", "serve"):
    words += ["--midi", "none", "--osc", "127.0.0.1:{port}"]
    words += [] if "--device" in words else ["--device", "null"]
if words[0] == "train" and "--steps" not in words:
    words += ["--steps", "{steps}"]
sys.exit(main(words))
"""


@dataclass(frozen=True)
class Block:
    """A fenced block: `line` is that of its first line in the page."""

    language: str
    title: str
    text: str
    line: int

    @property
    def is_file(self) -> bool:
        """Whether it is the contents of a file."""
        return bool(self.title) and not self.title.startswith("terminal")


def blocks_of(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text()
    return [
        Block(found[1], found[2] or "", found[3], text.count("\n", 0, found.start()) + 2)
        for found in FENCE.finditer(text)
    ]


@dataclass
class Reader:
    """Somebody who does what a page says, in `folder`."""

    folder: Path
    port: int
    steps: int = 3
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})
    terminal: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        command = self.folder / "bin" / "rtsynth"
        command.parent.mkdir()
        command.write_text(COMMAND.format(python=sys.executable, port=self.port, steps=self.steps))
        command.chmod(0o755)

    @property
    def is_copy(self) -> bool:
        """Whether the page changes rtsynth itself, in a copy of the repository."""
        return (self.folder / "rtsynth").is_dir()

    def follow(self, page: Path) -> None:
        """Do everything a page says."""
        try:
            for block in blocks_of(page):
                self.do(block, f"{page.name}:{block.line}")
        finally:
            self.close_terminal()
            for value in self.names.values():
                if isinstance(value, SimpleUDPClient):
                    value.close()

    def do(self, block: Block, where: str) -> None:
        """Do what one block says."""
        text = block.text.replace(PORT, str(self.port))
        if block.is_file:
            path = self.folder / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        elif block.language == "sh" and block.title:
            self.close_terminal()
            self.open_terminal(text, where)
        elif block.language == "sh":
            self.run(text, where)
        elif block.language == "diff":
            self.run(f"git apply -C1 --recount <<'END_OF_DIFF'\n{text}END_OF_DIFF\n", where)
        elif block.language == "python":
            exec(compile("\n" * (block.line - 1) + text, where, "exec"), self.names)

    def run(self, text: str, where: str) -> str:
        """Run commands one after the other; what they print."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text], cwd=self.folder, env=self.environment(),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
        printed = done.stdout.decode(errors="replace")
        assert done.returncode == 0, f"{where}: exit status {done.returncode}\n{printed}"
        return printed

    def open_terminal(self, text: str, where: str) -> None:
        """Start a command that keeps running, and wait until its engine answers."""
        self.terminal = subprocess.Popen(
            ["bash", "-c", f"exec {text.strip()}"], cwd=self.folder, env=self.environment(),
            start_new_session=True,
        )  # fmt: skip
        with SimpleUDPClient("127.0.0.1", self.port) as client:
            for _ in range(round(PATIENCE_S)):
                assert self.terminal.poll() is None, f"{where}: ended"
                client.send_message("/ping", [])
                if any(True for _ in client.get_messages(1.0)):
                    return
                time.sleep(0.1)
        raise AssertionError(f"{where}: no engine answers")

    def close_terminal(self) -> None:
        """Press Ctrl-C in it."""
        if self.terminal is not None:
            os.killpg(self.terminal.pid, signal.SIGINT)
            self.terminal.wait(30)
            self.terminal = None

    def environment(self) -> dict[str, str]:
        """With the commands of this checkout, and what the page adds to them."""
        places = [str(self.folder / part) for part in ("", *PACKAGES)] + sys.path
        if (self.folder / "pyproject.toml").is_file():
            places.insert(0, str(self.install()))
        path = os.pathsep.join((str(self.folder / "bin"), str(Path(sys.executable).parent)))
        changed = {"XDG_CACHE_HOME": str(self.folder / "cache")} if self.is_copy else {}
        return {
            **os.environ,
            **changed,
            "PATH": os.pathsep.join((path, os.environ["PATH"])),
            "PYTHONPATH": os.pathsep.join(places),
        }

    def install(self) -> Path:
        """What `pip install -e .` does for a package of the page: its entry points are found."""
        project = tomllib.loads((self.folder / "pyproject.toml").read_text())["project"]
        record = self.folder / "installed" / f"{project['name'].replace('-', '_')}-0.dist-info"
        record.mkdir(parents=True, exist_ok=True)
        record.joinpath("METADATA").write_text(f"Name: {project['name']}\nVersion: 0\n")
        groups = [
            "\n".join((f"[{group}]", *(f"{name} = {where}" for name, where in entries.items())))
            for group, entries in project["entry-points"].items()
        ]
        record.joinpath("entry_points.txt").write_text("\n\n".join(groups) + "\n")
        return record.parent


def copy_repository(folder: Path) -> None:
    """What git would commit, changes included, into a folder."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, names.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def plugins_to(folder: Path) -> None:
    """Put the plugins that ship into a folder, for code that names their files."""
    for path in (ROOT / "models" / "plugins").glob("*.safetensors"):
        (folder / path.name).symlink_to(path)
