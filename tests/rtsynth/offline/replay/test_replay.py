"""What is played again is what was played, to the bit, whatever was done."""

import json
from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError, RtsynthWarning
from rtsynth.compiler.compile import Compiled, compile_plugin, open_compiled
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.hidden_rows import hidden_specs
from rtsynth.engine.program.table import rows_of
from rtsynth.host import event_log
from rtsynth.offline.replay.replay import Replay
from rtsynth.plugin import save
from tests.rtsynth.offline.replay.performance import Performance, replayed
from tests.rtsynth.plugins import mtcrnn_tensors, random_plugin, tiers_manifest


@pytest.fixture(scope="module")
def two(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> list[Compiled]:
    """Another rate, another network; small, so that a performance takes a moment."""
    path = tmp_path_factory.mktemp("other") / "other.safetensors"
    other = random_plugin(path, seed=9, hidden=8, layers=1, rate_hz=11_025, name="other")
    like = random_plugin(path.with_name("like.safetensors"), seed=5)  # only its weights differ
    return [compiled, compile_plugin(other), compile_plugin(like)]


@pytest.mark.parametrize("seed", range(4, 12))  # all of them sound
def test_a_random_performance_is_replayed_to_the_bit(
    two: list[Compiled], tmp_path: Path, seed: int
) -> None:
    played = Performance(two, tmp_path / "take.events", seed).perform(rounds=40)
    assert np.abs(played).max() > 0.01
    np.testing.assert_array_equal(replayed(tmp_path / "take.events"), played)


@pytest.mark.parametrize("seed", range(20, 26))
def test_what_was_gone_back_for_is_replayed_to_the_bit(
    two: list[Compiled], tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Computed ahead; the log has what was played, not what was void."""
    monkeypatch.setattr(event_log, "POLL_S", 0.002)  # it is written while it is played
    ahead = int(np.random.default_rng(seed).choice([500, 4800, 19_200]))
    performance = Performance(two, tmp_path / "take.events", seed, ahead)
    played = performance.perform(rounds=40)
    assert performance.core.counter(sh.BACKS) > 5
    assert np.abs(played).max() > 0.01
    np.testing.assert_array_equal(replayed(tmp_path / "take.events")[: len(played)], played)


def hidden_rows_of(compiled: Compiled) -> dict[int, tuple[float, float]]:
    """The rows of an opened plugin's hidden layers, as `Performance` moves them."""
    manifest = compiled.plugin.manifest
    rows = rows_of(manifest)
    first = len(rows) - len(hidden_specs(manifest))
    return {row.index: (row.spec.minimum, row.spec.maximum) for row in rows[first:]}


@pytest.mark.parametrize("seed", range(40, 46))
def test_opened_plugins_are_replayed_to_the_bit(
    two: list[Compiled], tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything in their hidden layers is moved, half of the time ahead of what is heard."""
    monkeypatch.setattr(event_log, "POLL_S", 0.002)
    opened = [open_compiled(each) for each in two]
    also = {row: span for each in opened for row, span in hidden_rows_of(each).items()}
    ahead = 4800 * (seed % 2)
    performance = Performance([*opened, two[0]], tmp_path / "take.events", seed, ahead, also=also)
    played = performance.perform(rounds=40)
    assert np.abs(played).max() > 0.01
    np.testing.assert_array_equal(replayed(tmp_path / "take.events")[: len(played)], played)
    lines = (tmp_path / "take.events").read_text().splitlines()
    assert any('"opened":1' in line for line in lines)


@pytest.mark.measure
@pytest.mark.parametrize("block", [64, 128, 256, 512, 1024])
@pytest.mark.parametrize("seed", [50, 51])
def test_takes_with_tiers_voices_and_modulation(
    two: list[Compiled], tmp_path: Path, seed: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten takes, 400 ms ahead: as long as the log says what is heard, they are the same."""
    monkeypatch.setattr(event_log, "POLL_S", 0.002)
    manifest = tiers_manifest()
    tiers = compile_plugin(save(tmp_path / "tiers.safetensors", manifest, mtcrnn_tensors(manifest)))
    compiled = [tiers, tiers, *two[:2]]
    performance = Performance(compiled, tmp_path / "take.events", seed, 19_200, (block,))
    played = performance.perform(rounds=60)
    assert performance.core.counter(sh.BACKS) > 20
    assert np.abs(played).max() > 0.01
    np.testing.assert_array_equal(replayed(tmp_path / "take.events")[: len(played)], played)


@pytest.mark.measure
@pytest.mark.parametrize("seed", range(300, 320))
def test_random_sessions_ahead(
    two: list[Compiled], tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_log, "POLL_S", 0.002)
    performance = Performance(two, tmp_path / "take.events", seed, 1 << 9 + seed % 6)
    played = performance.perform(rounds=80)
    assert performance.core.counter(sh.BACKS) >= 10  # with 512 frames ahead it is seldom
    np.testing.assert_array_equal(replayed(tmp_path / "take.events")[: len(played)], played)


@pytest.mark.measure
@pytest.mark.parametrize("seed", [*range(100, 171), *range(172, 201)])  # 171 is muted all along
def test_random_sessions(two: list[Compiled], tmp_path: Path, seed: int) -> None:
    played = Performance(two, tmp_path / "take.events", seed).perform(rounds=120)
    assert np.abs(played).max() > 0.01
    np.testing.assert_array_equal(replayed(tmp_path / "take.events"), played)


@pytest.fixture
def take(two: list[Compiled], tmp_path: Path) -> tuple[Path, np.ndarray]:
    path = tmp_path / "take.events"
    return path, Performance(two, path, 1).perform(rounds=30)


def test_a_log_that_ends_early_is_replayed_up_to_there(take: tuple[Path, np.ndarray]) -> None:
    """The engine was killed: the last line is not whole."""
    path, played = take
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    output = np.concatenate(list(Replay(path, 1)))
    assert 0 < len(output) < len(played)
    np.testing.assert_array_equal(output, played[: len(output)])


def test_output_that_differs_is_noticed(take: tuple[Path, np.ndarray]) -> None:
    path, played = take
    lines = path.read_text().splitlines()
    first = next(i for i, line in enumerate(lines) if '"line":"master"' in line)
    lines[first] = lines[first].replace('"on":1', '"on":0')
    path.write_text("\n".join(lines) + "\n")
    replay = Replay(path, 1)
    output = np.concatenate(list(replay))
    assert replay.differs == bool((output != played).any())
    assert replay.differs


def test_another_engine_is_warned_of(take: tuple[Path, np.ndarray]) -> None:
    path, _ = take
    head, _, rest = path.read_text().partition("\n")
    before, _, after = head.partition('"engine":"')
    path.write_text(f'{before}"engine":"older{after}\n{rest}')
    with pytest.warns(RtsynthWarning, match="another version of the engine"):
        Replay(path, 1)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"line":"play","frame":0,"slot":1,"voice":77777777}', "there is no voice 77777777"),
        ('{"line":"block","frame":7,"frames":64}', "no block begins at frame 7"),
        ('{"line":"log","format":1,"rtsynth":"","engine":"","rate_hz":48000}', "a second head"),
        ('{"line":"state","voice":77777777,"serial":1,"state":""}', "there is no voice 77777777"),
        ('{"line":"done","frame":33000000000,"crc32":null}', "more than 24 hours long"),
    ],
)
def test_what_cannot_be_is_refused_by_its_line(
    take: tuple[Path, np.ndarray], line: str, problem: str
) -> None:
    path, _ = take
    lines = path.read_text().splitlines()
    place = next(i for i, text in enumerate(lines) if '"line":"play"' in text)
    path.write_text("\n".join([*lines[:place], line, *lines[place:]]) + "\n")
    with pytest.raises(InputError, match=f"take.events:{place + 1}: .*{problem}"):
        list(Replay(path, 1))


@pytest.mark.parametrize(
    ("state", "problem"),
    [("AAAA", "no whole number|multiple"), ("=", "[Pp]adding|base64"), ("AACAPw==", "1 numbers")],
)
def test_a_state_that_is_none_is_refused(
    take: tuple[Path, np.ndarray], state: str, problem: str
) -> None:
    path, _ = take
    lines = path.read_text().splitlines()
    place = next(i for i, text in enumerate(lines) if '"line":"voice"' in text)
    voice = json.loads(lines[place])["voice"]
    line = json.dumps({"line": "state", "voice": voice, "serial": 3, "state": state})
    path.write_text("\n".join([*lines[: place + 1], line, *lines[place + 1 :]]) + "\n")
    with pytest.raises(InputError, match=f"take.events:{place + 2}: state: .*({problem})"):
        list(Replay(path, 1))
