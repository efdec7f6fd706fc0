"""The `rtsynth` command: a table of lazily imported commands, and one place for errors.

Errors are one line on stderr without a traceback. Exit status: 2 for bad input, 1 for a failure,
130 after Ctrl-C.
"""

import errno
import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, TextIO

from rtsynth.common.compile_progress import PROGRESS
from rtsynth.common.errors import RtsynthError, RtsynthWarning, SettingsError
from rtsynth.common.plain_text import plain
from rtsynth.common.user_folders import cache_folder
from rtsynth.common.version import __version__

COMMANDS = {
    "play": "rtsynth.cli.play:play",
    "serve": "rtsynth.cli.serve:serve",
    "render": "rtsynth.cli.render:render",
    "score": "rtsynth.cli.score:score",
    "info": "rtsynth.cli.info:info",
    "combine": "rtsynth.cli.combine:combine",
    "list": "rtsynth.cli.list:list_plugins",
    "get": "rtsynth.cli.get:get",
    "publish": "rtsynth.cli.publish:publish",
    "devices": "rtsynth.cli.devices:devices",
    "bench": "rtsynth.cli.bench:bench",
}
# Modules that an extra brings, and the make target that installs the extra in a checkout.
EXTRAS = dict.fromkeys(("torch", "librosa", "tensorboard", "matplotlib"), "train")
EXTRAS |= dict.fromkeys(("PySide6", "pyqtgraph"), "gui")
EXTRAS |= {"onnx": "export", "huggingface_hub": "hub", "ray": "sweep"}
CHECKOUT_TARGETS = dict.fromkeys(("train", "export", "hub", "sweep"), "trainer") | {"gui": "play"}
LONGEST_MESSAGE = 2000
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
HELP_FLAGS = ("-h", "--help", "help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    # Not list(...): once rtsynth.cli.list is imported, that name here is the module.
    words = [*(sys.argv[1:] if arguments is None else arguments)]
    _show_anything()
    try:
        if not words or words[0] in HELP_FLAGS:
            print(_overview())
            return 0
        if words[0] in ("--version", "-V"):
            print(f"rtsynth {__version__}")
            return 0
        with _warnings_in_lines():
            return _run(words[0], words[1:])
    except RtsynthError as error:
        for line in error.lines if isinstance(error, SettingsError) else (str(error),):
            _complain(line, error.exit_status)
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    except ModuleNotFoundError as error:
        if error.name not in EXTRAS:
            raise
        extra = EXTRAS[error.name]
        return _complain(
            f"rtsynth {words[0]} needs {error.name}: pip install 'rtsynth[{extra}]' "
            f"(in a checkout: make {CHECKOUT_TARGETS[extra]})",
            2,
        )
    except BrokenPipeError:
        # The reader of our output (head, less) went away; that is not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.filename is None and error.errno not in DISK_FULL:
            raise
        # What names no file is written by a library; compiled kernels most of all.
        where = cache_folder()[0] if error.filename is None else os.fsdecode(error.filename)
        return _complain(f"{where}: {error.strerror}", 1)


@contextmanager
def _warnings_in_lines() -> Iterator[None]:
    """Print what the library warns of as it prints errors: each line once."""
    said = set[str]()

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        text = str(message)
        if not issubclass(category, RtsynthWarning):
            others(message, category, filename, lineno, file, line)
        elif text not in said:
            said.add(text)
            print(f"rtsynth: {plain(text, LONGEST_MESSAGE)}", file=sys.stderr)

    with warnings.catch_warnings():
        others = warnings.showwarning
        warnings.simplefilter("always", RtsynthWarning)
        warnings.showwarning = show
        yield


def _show_anything() -> None:
    """Let a terminal of any encoding show any name: what it lacks stands as its escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _run(name: str, arguments: list[str]) -> int:
    import typer

    from rtsynth.cli.help import Command

    function = find_command(name)
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})(function)
    PROGRESS.show()
    try:
        status = app(arguments, prog_name=f"rtsynth {name}", standalone_mode=False)
    except Exception as error:
        # typer's own errors of usage all have these two; anything else is not for us.
        describe: Callable[[], str] | None = getattr(error, "format_message", None)
        if describe is None or not hasattr(error, "exit_code"):
            raise
        message = " ".join(describe().split())
        return _complain(f"{message} (see rtsynth {name} --help)", 2)
    finally:
        PROGRESS.finish()
    return status if isinstance(status, int) else 0


def find_command(name: str) -> Callable[..., Any]:
    """The function of the command `name`.

    Raises:
        InputError: there is none.
    """
    target = command_table().get(name)
    if target is None:
        from rtsynth.common.errors import InputError

        known = ", ".join(command_table())
        raise InputError(f"no command {name!r}; there are {known}")
    module, _, attribute = target.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), attribute)
    return function


def command_table() -> dict[str, str]:
    """Every command, also those that other packages add, and where its function is."""
    outer = {entry.name: entry.value for entry in entry_points(group="rtsynth.commands")}
    return COMMANDS | dict(sorted(outer.items()))


def _overview() -> str:
    lines = [
        f"rtsynth {__version__}: play recurrent neural networks of sound as live instruments",
        "",
        "usage: rtsynth COMMAND ... (see rtsynth COMMAND --help)",
        "",
    ]
    for name in command_table():
        try:
            summary = (find_command(name).__doc__ or "").strip().splitlines()[0]
        except ImportError as error:
            summary = f"(not usable: {error})"
        lines.append(f"  {name:<12}{summary}")
    return "\n".join(lines)


def _complain(message: str, status: int) -> int:
    print(f"rtsynth: {plain(' '.join(message.split()), LONGEST_MESSAGE)}", file=sys.stderr)
    return status
