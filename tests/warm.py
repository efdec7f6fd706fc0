"""`python -m tests.warm` compiles the kernels, once for each state of their sources.

Before tests run in two processes: both would compile the same functions, and Numba's index of what
is kept is not made for two who write at once.
"""

import hashlib

from rtsynth import Host, load, render
from rtsynth.common.computing import PRECISIONS
from rtsynth.compiler.compile import compile_plugin
from rtsynth.engine.kernels.jit import CACHE_FOLDER
from rtsynth.engine.run.team import team_words
from rtsynth.plugin.library import find_plugins
from tests.places import ROOT

# Numba keeps the code of every checkout apart.
DONE = CACHE_FOLDER / f"warm-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:16]}"


def main() -> None:
    """What ships, rendered at every precision and played."""
    if DONE.exists():
        return
    for path in find_plugins().values():
        for precision in PRECISIONS:
            render(compile_plugin(load(path), precision), 0.01)
    team_words(2)  # the helpers' own code
    with Host("null", precision="float32") as host:
        host.load(path)
        host.start()
        host.fade_out()
    DONE.touch()


if __name__ == "__main__":
    main()
