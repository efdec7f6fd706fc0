"""A process knows whether the one that supervises it is there."""

import os
import subprocess
import sys

import pytest

from rtsynth.common.supervisor_mark import VARIABLE, is_supervised, marked_environment

ASK = "from rtsynth.common.supervisor_mark import is_supervised; print(is_supervised())"
CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {ASK!r}])"


@pytest.mark.system
@pytest.mark.skipif(sys.platform == "win32", reason="the mark alone counts there")
def test_a_child_is_supervised_and_its_own_children_are_not() -> None:
    for program, said in ((ASK, "True"), (CHILD, "False")):
        command = [sys.executable, "-c", program]
        found = subprocess.run(command, env=marked_environment(), capture_output=True, text=True)
        assert found.stdout.strip() == said


def test_nobody_supervises_what_has_no_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert not is_supervised()
    monkeypatch.setenv(VARIABLE, str(os.getppid()))
    assert is_supervised()
