"""A process that trains starts itself again with settings of the allocator, once."""

import os
import sys

import pytest

from rtsynth_train.core.malloc import MALLOC_SETTINGS, keep_memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc only")


def test_it_starts_again_unless_it_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[str, list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execve", lambda *arguments: started.append(arguments))
    for name in MALLOC_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    keep_memory()
    (program, words, environment), *_ = started
    assert (program, words) == (sys.executable, sys.orig_argv)
    assert environment.items() >= MALLOC_SETTINGS.items()
    for name, value in MALLOC_SETTINGS.items():
        monkeypatch.setenv(name, value)
    keep_memory()
    assert len(started) == 1
