"""Too much for too long is reported once; a heavy moment, and other programs, are not."""

from rtsynth.engine.live import shared as sh
from rtsynth.host.core import EngineCore
from rtsynth.host.overload import WINDOW_S, OverloadWatch

BLOCK = 480  # 10 ms


class Playing:
    """An engine's counters, as blocks of a given load leave them behind."""

    def __init__(self) -> None:
        self.core = EngineCore(48_000, 2)
        self.core.words[sh.RENDER_FRAMES] = BLOCK
        self.now_s = 100.0
        self.watch = OverloadWatch(lambda: self.now_s)

    def play(self, seconds: float, load: float, plugins: int = 2) -> list[str]:
        """What is reported meanwhile, looking 50 times a second."""
        told = []
        for _ in range(round(seconds * 50)):
            for _ in range(2):
                blocks = self.core.counter(sh.CALLBACKS)
                self.core.cpu_ring[blocks % sh.TIMING_CAPACITY] = round(load * 1e7)
                self.core.words[sh.CALLBACKS] = blocks + 1
            self.now_s += 0.02
            line = self.watch.look(self.core, plugins)
            if line is not None:
                told.append(line)
        return told


def test_what_fits_is_not_reported() -> None:
    assert Playing().play(30, 0.95) == []


def test_an_overload_is_told_once_while_it_lasts() -> None:
    playing = Playing()
    (line,) = playing.play(60, 3.8, plugins=16)
    assert line.startswith("overload: the 16 plugins take 380% of real time")
    assert "unload one" in line
    assert len(line.splitlines()) == 1


def test_it_is_told_within_two_windows() -> None:
    playing = Playing()
    playing.play(20, 0.5)
    assert len(playing.play(2 * WINDOW_S + 0.1, 1.5)) == 1


def test_a_heavy_moment_is_not_reported() -> None:
    playing = Playing()
    told = playing.play(10, 0.5) + playing.play(0.3, 3.0) + playing.play(10, 0.5)
    assert told == []


def test_the_next_one_is_told_again() -> None:
    playing = Playing()
    told = [playing.play(10, load) for load in (1.5, 0.95, 1.5, 0.5, 1.5)]
    assert [len(lines) for lines in told] == [1, 0, 0, 0, 1]


def test_nothing_to_unload_where_there_is_one() -> None:
    (line,) = Playing().play(10, 1.2, plugins=1)
    assert "the plugin takes 120%" in line
    assert "unload" not in line


def test_an_engine_that_stands_still_tells_nothing() -> None:
    playing = Playing()
    assert playing.play(10, 0.5) == []
    for _ in range(500):
        playing.now_s += 0.02
        assert playing.watch.look(playing.core, 1) is None
