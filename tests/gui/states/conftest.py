"""The page of states of a window, and the engine that it is of."""

from collections.abc import Callable, Iterator

import pytest

from rtsynth.host.changes import Journal
from rtsynth_gui.states.page import StatesPage
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live, live, opened
from tests.gui.plugins import small_plugin


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with pytest.MonkeyPatch.context() as patch:
        # What is learned here is not there for the engines of other modules.
        patch.setenv("RTSYNTH_MAPPINGS", str(tmp_path_factory.mktemp("mappings")))
        with live(small_plugin()) as playing:
            yield playing


@pytest.fixture
def page(engine: Live, open_window: Callable[[int], Window], spin: Spin) -> StatesPage:
    for name in engine.host.banks.names(1):
        engine.host.banks.delete(1, name)
    engine.host.hidden.open(1, opened=False)
    engine.host.banks.loop(1, "", 0.0)
    window = opened(engine, open_window, spin)
    window.transport.views["States"].click()
    assert window.states.isVisible()
    spin(lambda: window.states.states.list.names == [])
    return window.states


@pytest.fixture
def journal(engine: Live) -> Journal:
    return engine.host.journal()
