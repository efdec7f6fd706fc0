"""One decorator for every compiled function, and the cache the compiled code lives in.

Numba's own cache notices changes only in the file that defines a function, not in the functions
it calls. So the cache folder is named by a hash of all engine sources (and of the versions that
shape the code): a stale kernel can never be loaded.
"""

import hashlib
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core import config, event
from numba.core.types.misc import unliteral

from rtsynth.common.compile_progress import PROGRESS
from rtsynth.common.user_folders import cache_folder
from rtsynth.engine.kernels.cpu import PATH

ENGINE_FOLDER = Path(__file__).parents[1]


def _cache_folder() -> Path:
    digest = hashlib.sha256()
    for source in sorted(ENGINE_FOLDER.rglob("*.py")):
        # With its name and size, so that no line can move from one file to the next unnoticed.
        content = source.read_bytes()
        digest.update(f"{source.relative_to(ENGINE_FOLDER).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    versions = (numba.__version__, llvmlite.__version__, platform.python_version())
    # Numba keeps apart what it compiled for different CPUs, but does not know of our paths.
    for shape in (*versions, PATH.name):
        digest.update(shape.encode())
    return cache_folder()[0] / f"kernels-{digest.hexdigest()[:16]}"


CACHE_FOLDER = _cache_folder()

# No GIL, no exceptions (numpy's error model divides to inf instead of raising), IEEE arithmetic:
# the order of operations is part of the result, so fastmath stays off.
OPTIONS: dict[str, Any] = {
    "nogil": True,
    "cache": True,
    "error_model": "numpy",
    "fastmath": False,
    "boundscheck": False,
    "_nrt": False,  # nothing compiled here may allocate: the reference-count runtime is off
    "no_cfunc_wrapper": True,  # only `cfunc` makes pointers for others
}


class _Reporter(event.Listener):
    """Reports what numba really compiles (and does not take from the cache)."""

    def on_start(self, event: Any) -> None:
        PROGRESS.begin()

    def on_end(self, event: Any) -> None:
        PROGRESS.end()


event.register("numba:compile", _Reporter())


class _PassReporter(event.Listener):
    """Reports every pass of the compiler: a large function takes many, and long."""

    def on_start(self, event: Any) -> None:
        PROGRESS.step()

    def on_end(self, event: Any) -> None:
        PROGRESS.step()


event.register("numba:run_pass", _PassReporter())


def in_own_cache(decorate: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A Numba decorator whose functions are kept in CACHE_FOLDER, and nobody else's.

    Numba reads its setting when a function is decorated. Left set, it would move other packages'
    code there, too; and of ufuncs that two processes compile at once (librosa's) it keeps pieces
    of both, which crash when they are called.
    """

    def decorated(function: Any) -> Any:
        before = config.CACHE_DIR
        config.CACHE_DIR = str(CACHE_FOLDER)
        try:
            return decorate(function)
        finally:
            config.CACHE_DIR = before

    return decorated


def jit(*signature: Any, **overrides: Any) -> Callable[[Callable[..., Any]], Any]:
    """`numba.njit` with the project's options.

    Numba optimises all that a function calls once more at every level of calls. So what has one
    caller and calls much is `inline="always"`: a kernel's worth of compiling less.
    """
    decorate = in_own_cache(numba.njit(*signature, **OPTIONS | overrides))
    return lambda function: _without_literals(decorate(function))


def _without_literals(dispatcher: Any) -> Any:
    """Let calls from compiled code be compiled once for all values of an integer.

    Numba compiles a function anew for every constant that it is called with, and once more, in
    vain, for the 0 that a loop starts from. LLVM inlines and folds constants without that.
    """
    resolve = dispatcher.get_call_template

    def get_call_template(args: tuple[Any, ...], kws: dict[str, Any]) -> Any:
        named = {name: unliteral(kind) for name, kind in kws.items()}
        return resolve(tuple(unliteral(kind) for kind in args), named)

    dispatcher.get_call_template = get_call_template
    return dispatcher
