"""Telling the user that kernels are being compiled: it happens once, and takes a while.

The engine reports here whatever it compiles; only the command line shows it.
"""

import sys
import time
from collections.abc import Callable

from rtsynth.common.user_folders import cache_folder

TEXT = "rtsynth: compiling the kernels"
MORE_TEXT = f"{TEXT}, a few more"  # that were not needed until now
DURATION = "a minute or two; several on a busy machine"
# Functions that a first start compiles: what is left is an estimate, and less where a start before
# was interrupted. How many there are now: "numba:compile" events with an empty cache folder.
EXPECTED = 310
SHOWN_AFTER_S = 2.0  # what takes less is not worth a line
MOST_PERCENT = 99  # until all is done
MORE_SHOWN_AFTER_S = 8.0  # who was told once waits a little longer without another line


def hint() -> str:
    """How long it takes, and whether it will take as long again."""
    _, kept = cache_folder()
    if kept:
        return f"(once, {DURATION})"
    return f"({DURATION}; at every start, as no cache folder is writable)"


class CompileProgress:
    """One line on stderr, kept up to date where it is a terminal.

    It ends when what is being compiled is done, so that whatever is printed next comes after it.
    What is compiled later has a line of its own if it takes long, too, without an estimate.
    """

    def __init__(self) -> None:
        self._wanted = False
        self._shown = False
        self._text = TEXT
        self._depth = 0
        self._functions = 0
        self._seconds = 0.0
        self._began_s = 0.0
        self.on_step: Callable[[], None] | None = None  # called often while something is compiled

    def step(self) -> None:
        """The compiler has got on a little."""
        if self.on_step is not None:
            self.on_step()
        if self._depth:  # one large function alone may take long
            self._update()

    def show(self) -> None:
        """From now on until `finish`, show what is compiled."""
        self._wanted = True

    def begin(self) -> None:
        """A function begins to be compiled; those it calls may follow before it is done."""
        if self._depth == 0:
            self._began_s = time.monotonic()
        self._depth += 1
        self._update()

    def end(self) -> None:
        """It is done."""
        self._depth -= 1
        self._functions += 1
        if self._depth == 0:
            self._seconds += time.monotonic() - self._began_s
            self.finish_line()
        else:
            self._update()

    def finish(self) -> None:
        """Nothing is to be shown from now on."""
        self.finish_line()
        self._wanted = False

    def finish_line(self) -> None:
        """End the line, if there is one."""
        if self._shown:
            self._write(f"{self._text}: done in {self._total_s():.0f} s", last=True)
            self._shown, self._functions = False, 0
            self._text = MORE_TEXT
            self._seconds, self._began_s = 0.0, time.monotonic()

    def _total_s(self) -> float:
        running = time.monotonic() - self._began_s if self._depth else 0.0
        return self._seconds + running

    def _update(self) -> None:
        total_s = self._total_s()
        first = self._text == TEXT
        if not self._wanted or total_s < (SHOWN_AFTER_S if first else MORE_SHOWN_AFTER_S):
            return
        text = f"{TEXT} {hint()}" if first else self._text
        if sys.stderr.isatty():
            share = f"{self._functions} functions"
            if first:
                share = f"{min(100 * self._functions // EXPECTED, MOST_PERCENT)} %"
            self._write(f"{text}: {share}, {total_s:.0f} s")
        elif not self._shown:
            self._write(f"{text} ...")
        self._shown = True

    def _write(self, text: str, last: bool = False) -> None:
        terminal = sys.stderr.isatty()
        start, end = "\r\033[K" if terminal else "", "\n" if last or not terminal else ""
        print(start + text, end=end, file=sys.stderr, flush=True)


PROGRESS = CompileProgress()
