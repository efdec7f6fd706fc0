"""`rtsynth train --processes N`: the same command in processes that share each batch."""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

OPTION = "--processes"


def launch_command(processes: int, words: Sequence[str]) -> list[str]:
    """PyTorch's launcher with a command of `rtsynth`, which is not told the option again."""
    rest, skips = list[str](), False
    for word in words:
        if skips or word == OPTION or word.startswith(f"{OPTION}="):
            skips = word == OPTION
        else:
            rest.append(word)
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    return [sys.executable, *launcher, "-m", "rtsynth", *rest]


def launch_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """One thread for each process, unless something else is asked for: without it the launcher
    says so at length.
    """
    return {"OMP_NUM_THREADS": "1", **environment}


def launch(processes: int, words: Sequence[str]) -> NoReturn:
    """Become the launcher: what is sent to this process ends the training."""
    command = launch_command(processes, words)
    os.execve(sys.executable, command, launch_environment(os.environ))
