"""Which way this CPU multiplies bytes: chosen once, when the engine is imported.

Every path gives the same integers, so a render is the same to the bit on all of them. The
environment variable RTSYNTH_CPU_PATH names another one (for tests, or to compare speeds).
"""

import os
from dataclasses import dataclass

import llvmlite.binding as llvm
from numba.core import config

from rtsynth.common.errors import InputError


@dataclass(frozen=True)
class CpuPath:
    """A way of multiplying bytes; `needs` are the CPU features it takes, by LLVM's names."""

    name: str
    needs: tuple[str, ...]
    description: str


# Fastest first.
PATHS = (
    CpuPath("avx512-vnni", ("avx512f", "avx512vnni"), "512-bit VNNI byte products"),
    CpuPath("avx-vnni", ("avx2", "avxvnni"), "256-bit VNNI byte products"),
    CpuPath("neon-dot", ("neon", "dotprod"), "NEON byte products"),
    CpuPath("portable", (), "16-bit products, any CPU"),
)
VARIABLE = "RTSYNTH_CPU_PATH"


def cpu_features() -> set[str]:
    """Features of the CPU that code is compiled for, by LLVM's names."""
    if config.CPU_FEATURES is not None:
        return {name[1:] for name in config.CPU_FEATURES.split(",") if name.startswith("+")}
    if config.CPU_NAME not in (None, "host"):
        return set()  # another CPU than this one: its features are unknown
    return {name for name, present in llvm.get_host_cpu_features().items() if present}


def usable_paths() -> list[CpuPath]:
    """The paths this CPU can run, fastest first."""
    features = cpu_features()
    return [path for path in PATHS if features.issuperset(path.needs)]


def _choose() -> CpuPath:
    usable = usable_paths()
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return usable[0]
    for path in usable:
        if path.name == wanted:
            return path
    known = ", ".join(path.name for path in usable)
    raise InputError(f"{VARIABLE}={wanted}: this CPU has {known}")


PATH = _choose()
