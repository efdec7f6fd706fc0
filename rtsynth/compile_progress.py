"""Telling the user that kernels are being compiled: it happens once, and takes a while.

The engine reports here whatever it compiles; only the command line shows it.
"""

import sys
import time

TEXT = "rtsynth: compiling the kernels, once on this machine"


class CompileProgress:
    """One line on stderr, kept up to date where it is a terminal."""

    def __init__(self) -> None:
        self._wanted = False
        self._shown = False
        self._depth = 0
        self._functions = 0
        self._seconds = 0.0
        self._began_s = 0.0

    def show(self) -> None:
        """From now on until `finish`, show what is compiled."""
        self._wanted = True

    def begin(self) -> None:
        """A function begins to be compiled; those it calls may follow before it is done."""
        if self._depth == 0:
            self._began_s = time.monotonic()
        self._depth += 1
        if self._wanted and not self._shown:
            self._shown = True
            self._write(f"{TEXT} (10 to 40 s) ...")

    def end(self) -> None:
        """It is done."""
        self._depth -= 1
        self._functions += 1
        if self._depth == 0:
            self._seconds += time.monotonic() - self._began_s
        if self._shown and sys.stderr.isatty():
            total = self._seconds
            if self._depth:
                total += time.monotonic() - self._began_s
            self._write(f"{TEXT}: {self._functions} functions, {total:.0f} s")

    def finish(self) -> None:
        """Everything is compiled: end the line."""
        if self._shown:
            self._write(f"{TEXT}: done in {self._seconds:.1f} s", last=True)
        self._wanted = self._shown = False

    def _write(self, text: str, last: bool = False) -> None:
        terminal = sys.stderr.isatty()
        start, end = "\r\033[K" if terminal else "", "\n" if last or not terminal else ""
        print(start + text, end=end, file=sys.stderr, flush=True)


PROGRESS = CompileProgress()
