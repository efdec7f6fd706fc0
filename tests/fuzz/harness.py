"""Feeds mutants of a file format to its reader in a child process, where a crash is seen as one.

A format is a module in `tests/fuzz/formats` with

    MUTANTS               how many of them the suite tries
    NAME                  what the file is called (its suffix may matter)
    original() -> bytes   a file that is read without a complaint
    mutant(seed) -> bytes
    read(path) -> None    reads the file; may raise RtsynthError, in a line, and nothing else
    prepare(folder)       optional: puts what else there must be into an empty folder, and
                          returns where the mutant goes; without it, folder / NAME

`python -m tests.fuzz.harness tests/fuzz/formats/FORMAT.py SEED [COPY]` tries one mutant here, or
writes it to COPY.
"""

import importlib.util
import json
import mmap
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from rtsynth.common.errors import RtsynthError, RtsynthWarning
from tests.places import ROOT

FORMATS = Path(__file__).parent / "formats"
GROWTH_BYTES = 500 << 20
# What is asked for beyond this is not given; what was used of it is measured.
ADDRESS_BYTES = 1 << 30
CPU_S = 5
SILENCE_S = 120  # for one mutant, by the clock: it waits for what never comes
LONGEST_LINE = 10_000  # the command line cuts it; to make it must cost nothing
MOST_FAILURES = 5


@dataclass
class Outcome:
    """What became of the mutants of a format."""

    accepted: int = 0
    refused: int = 0
    failures: list[str] = field(default_factory=list)


def format_files() -> list[Path]:
    """The modules of all formats that there are mutants of."""
    return sorted(file for file in FORMATS.glob("*.py") if file.stem != "__init__")


def load_format(file: Path) -> ModuleType:
    """The module of a format."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def try_mutants(file: Path, seeds: range, processes: int = 2, cpu_s: int = CPU_S) -> Outcome:
    """Read the mutants of `seeds` in child processes; one that dies is replaced by another.

    `cpu_s` is what a mutant may take of the child's own time: a busy machine is no hang. One that
    takes longer is tried once more: a machine that stood still is none either.
    """
    outcome = Outcome()
    with selectors.DefaultSelector() as selector:

        def begin(share: range, again: int | None = None) -> None:
            if share and len(outcome.failures) < MOST_FAILURES:
                child = _Child(file, share, cpu_s, again)
                selector.register(child.output, selectors.EVENT_READ, child)

        for number in range(processes):
            begin(seeds[number::processes])
        while selector.get_map():
            ready = selector.select(SILENCE_S)
            if not ready:
                for key in selector.get_map().values():
                    key.data.give_up()
            for key, _ in ready:
                child = key.data
                if not child.take(outcome):
                    selector.unregister(child.output)
                    begin(*child.rest(outcome))
    return outcome


class _Child:
    """A process that reads mutants, and says on its output which and how it went.

    `again`: one of them that took too long before.
    """

    def __init__(self, file: Path, seeds: range, cpu_s: int, again: int | None) -> None:
        self.name, self.seeds, self.cpu_s, self.again = file.stem, seeds, cpu_s, again
        self.current: int | None = None
        self._gave_up = False
        self._pending = b""
        numbers = [str(n) for n in (seeds.start, seeds.stop, seeds.step, cpu_s)]
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.fuzz.harness", str(file), *numbers],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        self.output = self._process.stdout

    def give_up(self) -> None:
        """It has said nothing for too long."""
        self._gave_up = True
        self._process.kill()

    def take(self, outcome: Outcome) -> bool:
        """Take in what it has said; False once it has ended."""
        said = os.read(self.output.fileno(), 1 << 16)
        *lines, self._pending = (self._pending + said).split(b"\n")
        for line in lines:
            word, seed, text = json.loads(line)
            if word == "begin":
                self.current = seed
                continue
            self.current = None
            if word == "failed":
                outcome.failures.append(f"{self.name} {seed}: {text}")
            else:
                setattr(outcome, word, getattr(outcome, word) + 1)
        return bool(said)

    def rest(self, outcome: Outcome) -> tuple[range, int | None]:
        """The seeds after the one that killed it, which becomes a failure; none if none did.

        One that took too long for the first time is the first of them again, and returned.
        """
        self.output.close()
        status = self._process.wait()
        if status == 0:
            return range(0), None
        if self.current is None:
            outcome.failures.append(f"{self.name}: the child ended with status {status}")
            return range(0), None
        at = self.seeds.index(self.current)
        how = f"ended by {signal.Signals(-status).name}" if status < 0 else f"status {status}"
        if self._gave_up or status == -signal.SIGXCPU:
            if self.current != self.again:
                return self.seeds[at:], self.current
            how = f"takes more than {SILENCE_S if self._gave_up else self.cpu_s} s"
        outcome.failures.append(f"{self.name} {self.current}: {how}")
        return self.seeds[at + 1 :], None


def _read_all(target: ModuleType, seeds: range, cpu_s: int) -> None:
    """What a child does."""
    import resource  # not on Windows

    warnings.filterwarnings("ignore", category=RtsynthWarning)  # which is a line for the user
    cpu, address = resource.RLIMIT_CPU, resource.RLIMIT_AS
    with tempfile.TemporaryDirectory(prefix="rtsynth-fuzz-") as folder:
        path = _place(target, Path(folder))
        path.write_bytes(target.original())
        target.read(path)
        start = _most_bytes()
        _limit(address, _address_bytes() + ADDRESS_BYTES)
        for seed in seeds:
            _say("begin", seed)
            path.write_bytes(target.mutant(seed))
            _limit(cpu, int(sum(os.times()[:2])) + cpu_s + 1)
            word, text = _read_one(target, path)
            most = _most_bytes()
            if most - start > GROWTH_BYTES:
                word, text = "failed", f"grew by {(most - start) >> 20} MB"
                start = most
            _say(word, seed, text)


def _read_one(target: ModuleType, path: Path) -> tuple[str, str]:
    try:
        target.read(path)
    except RtsynthError as error:
        line = str(error)
        if len(line) > LONGEST_LINE:
            return "failed", f"says more than a line: {line[:200]!r}"
        return "refused", ""
    except Exception as error:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = ""
        if place is not None:
            where = f" at {Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}"
        return "failed", f"{type(error).__name__}: {str(error)[:200]}{where}"
    return "accepted", ""


def _place(target: ModuleType, folder: Path) -> Path:
    prepare = getattr(target, "prepare", None)
    return folder / target.NAME if prepare is None else Path(prepare(folder))


def _limit(what: int, value: int) -> None:
    import resource

    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _address_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * mmap.PAGESIZE


def _most_bytes() -> int:
    """The most memory used so far; what getrusage reports begins with what the parent used."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) << 10


def _say(word: str, seed: int, text: str = "") -> None:
    sys.stdout.write(json.dumps((word, seed, text)) + "\n")
    sys.stdout.flush()


def main() -> None:
    """FORMAT START STOP STEP CPU_S is a child's work; FORMAT SEED [COPY] is for a person."""
    file, first, *others = sys.argv[1:]
    target = load_format(Path(file))
    if len(others) == 3:
        stop, step, cpu_s = map(int, others)
        _read_all(target, range(int(first), stop, step), cpu_s)
        return
    with tempfile.TemporaryDirectory(prefix="rtsynth-fuzz-") as folder:
        path = Path(others[0]) if others else _place(target, Path(folder))
        path.write_bytes(target.mutant(int(first)))
        if not others:
            target.read(path)


if __name__ == "__main__":
    main()
