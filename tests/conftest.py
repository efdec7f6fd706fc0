"""What holds for every test: its tier, the user's own folders left alone, nothing skipped in CI."""

import atexit
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.rtsynth.host.jack import forget_dead_servers
from tests.sharing import Sharing, sort_by_file
from tests.tiers import summary, tier_of, unit_rule

SKIPPED = 6  # exit status, beside pytest's own: nothing that a second try could change
CHOSEN = re.compile(r"(?<!not )\b(alone|background)\b")

# A busy machine is no failure of a property; what has to be quick says so itself.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

# Before anything of ours is imported. The cache folder (XDG_CACHE_HOME) stays the user's own, so
# that the kernels are compiled once and not in every run.
_data = tempfile.mkdtemp(prefix="rtsynth-tests-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["XDG_DATA_HOME"] = _data
os.environ["RTSYNTH_STATES"] = os.path.join(_data, "states")
os.environ["RTSYNTH_MAPPINGS"] = os.path.join(_data, "mappings")
os.environ["RTSYNTH_PRESETS"] = os.path.join(_data, "presets")
os.environ["RTSYNTH_SETS"] = os.path.join(_data, "sets")
os.environ["RTSYNTH_ENGINE"] = ""  # what one test plays with is not what the next begins with
# A shell's background jobs ignore Ctrl-C, and so would every program that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
# PortAudio asks for a JACK server whenever it starts: it must not launch one of its own.
os.environ["JACK_NO_START_SERVER"] = "1"
# Once, not in the sessions that this one starts: who has used JACK keeps its registry mapped.
if "RTSYNTH_TEST_SESSION" not in os.environ:
    os.environ["RTSYNTH_TEST_SESSION"] = str(os.getpid())
    forget_dead_servers()


@pytest.fixture(autouse=True, scope="module")
def _library_left_as_it_was() -> Iterator[None]:
    """All modules of a process share the user's plugin folder: none leaves a plugin in it."""
    yield
    left = sorted(Path(_data).glob("rtsynth/plugins/*"))
    for path in left:
        path.unlink()
    assert not left, left


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where tests of one of these marks are asked for, files without any need not be imported."""
    chosen = CHOSEN.search(config.option.markexpr)
    if collection_path.suffix != ".py" or chosen is None:
        return None
    return None if chosen[1] in collection_path.read_text() else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    sort_by_file(items, [_tier(item) for item in items])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing | None:
    if config.option.dist != "loadfile":
        return None
    config.option.loadscopereorder = False
    return Sharing(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """The fixtures of a unit test start no process and do not sleep."""
    with unit_rule() if _tier(item) == "unit" else nullcontext():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Nor does the test. (Its end may be that of a whole session, with an engine to be ended.)"""
    with unit_rule() if _tier(item) == "unit" else nullcontext():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A report names the tier, also one that comes from another process."""
    report = yield
    report.tier = _tier(item)
    return report


def _tier(item: pytest.Item) -> str:
    return tier_of(mark.name for mark in item.iter_markers())


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failure of the session."""
    if not os.environ.get("CI"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        session.exitstatus = SKIPPED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    stats = terminalreporter.stats
    reports = [
        report for outcome in ("", "passed", "failed", "error") for report in stats.get(outcome, [])
    ]
    # A worker that crashed reports a test without its tier; what it says of it is pytest's.
    for line in summary(report for report in reports if hasattr(report, "tier")):
        terminalreporter.write_line(line)
    skipped = terminalreporter.stats.get("skipped", [])
    if os.environ.get("CI") and skipped:
        terminalreporter.write_line(f"{len(skipped)} skipped: in CI that is a failure", red=True)
