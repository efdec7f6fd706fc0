"""No mutant of any format crashes its reader, hangs it, or makes it say anything but one line."""

import sys
from pathlib import Path

import pytest

from tests.fuzz.harness import format_files, load_format, try_mutants

pytestmark = [
    pytest.mark.measure,
    pytest.mark.skipif(sys.platform != "linux", reason="limits of a process"),
]


@pytest.mark.measure
@pytest.mark.parametrize("file", format_files(), ids=lambda file: file.stem)
def test_mutants_are_read_or_refused(file: Path) -> None:
    count = load_format(file).MUTANTS
    outcome = try_mutants(file, range(count))
    assert outcome.failures == []
    assert outcome.accepted + outcome.refused == count
    # Both happen, so the mutants get past the first check, and are mutants.
    assert min(outcome.accepted, outcome.refused) > 0
