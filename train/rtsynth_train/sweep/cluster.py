"""Ray while a sweep runs: on this machine for this sweep alone, or the cluster at RAY_ADDRESS."""

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rtsynth.common.errors import InputError

ADDRESS = "RAY_ADDRESS"
# All are read when Ray is imported. No usage reports, no lines about them; the logs are those of
# the runs. Tune would take Ctrl-C for the end of the sweep: it is for us.
SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AIR_NEW_OUTPUT": "0",
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_DISABLE_SIGINT_HANDLER": "1",
}


@contextmanager
def cluster(each: Mapping[str, float]) -> Iterator[None]:
    """Ray, started or joined, and left in the end; `each` is what a training needs (`cpu`, `gpu`).

    Raises:
        InputError: no machine has that.
    """
    os.environ.update(SETTINGS)
    joined = bool(os.environ.get(ADDRESS))
    if not joined:
        os.environ.update(_private())
    import ray

    try:
        ray.init(
            address=None if joined else "local",  # None: RAY_ADDRESS
            include_dashboard=False, log_to_driver=False, logging_level="ERROR",
        )  # fmt: skip
        check_room(each, [node["Resources"] for node in ray.nodes() if node["Alive"]])
        yield
    finally:
        ray.shutdown()


def _private() -> dict[str, str]:
    """Ray runs what it is sent: so its servers listen on 127.0.0.1 alone, as they do on Windows and
    macOS, and want a token, which is kept in no file.
    """
    token = os.environ.get("RAY_AUTH_TOKEN") or secrets.token_hex(32)
    return {
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": token,
    }  # fmt: skip


def check_room(each: Mapping[str, float], machines: Sequence[Mapping[str, float]]) -> None:
    """InputError where no machine has what a training needs: Ray would wait for one for ever.
    `machines` have `CPU` and `GPU`.
    """
    needed = {name.upper(): count for name, count in each.items()}
    if any(all(has.get(name, 0) >= needed[name] for name in needed) for has in machines):
        return
    kinds = {_said({name: has.get(name, 0) for name in needed}) for has in machines}
    raise InputError(
        f"each training needs {_said(needed)}, and no machine has that: there are"
        f" {'; '.join(sorted(kinds))}; give fewer by --threads or --gpus"
    )


def _said(counts: Mapping[str, float]) -> str:
    """`2 CPUs and 0.5 GPUs`."""
    plural = {name: "" if count == 1 else "s" for name, count in counts.items()}
    return " and ".join(f"{count:g} {name}{plural[name]}" for name, count in counts.items())
