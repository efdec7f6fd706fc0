"""States between states, that notes begin from, loops and files, of an engine that plays."""

import time
from collections.abc import Iterator
from pathlib import Path

import mido
import numpy as np
import pytest

from rtsynth import Host
from rtsynth.common.errors import ControlError
from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.state_mix import mixed_state
from rtsynth.control.midi.router import MidiRouter
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import GATE, TARGET_RECALL, voice_target
from rtsynth.host.bank_section import BankSection
from rtsynth.host.changes import Action
from rtsynth.host.event_lines import Event, from_text
from rtsynth.host.mapping.mappings import Mappings
from rtsynth.host.voice import RING_S
from tests.rtsynth.host.live import until

pytestmark = pytest.mark.system
VOICES = 2


@pytest.fixture(scope="module")
def playing(compiled: Compiled) -> Iterator[Host]:
    with Host("null", precision="float32", rate_hz=16_000, voices=VOICES) as opened:
        opened.load(compiled)
        opened.start()
        yield opened


@pytest.fixture
def host(playing: Host) -> Host:
    banks = playing.banks
    for name in banks.names(1):
        banks.delete(1, name)
    banks.put(1, "a", banks.now(1))
    time.sleep(0.01)
    banks.put(1, "b", banks.now(1))
    return playing


def word(host: Host, place: int) -> int:
    return int(sh.read_word(host.slot(1).voice.words, place))


def test_fork_and_average(host: Host) -> None:
    banks = host.banks
    banks.fork(1, "a", "c")
    np.testing.assert_array_equal(banks.state(1, "c"), banks.state(1, "a"))
    with pytest.raises(ControlError, match="slot 1 has a state 'b' already"):
        banks.fork(1, "a", "b")
    banks.average(1, "between", {"a": 1, "b": 3})
    wanted = mixed_state(
        host.slot(1).voice.compiled, [banks.state(1, "a"), banks.state(1, "b")], [1, 3]
    )
    np.testing.assert_array_equal(banks.state(1, "between"), wanted)
    assert not np.array_equal(wanted, banks.state(1, "a"))
    with pytest.raises(ControlError, match="all weights are 0"):
        banks.average(1, "between", {"a": 0})
    with pytest.raises(ControlError, match="0 states: it is between 1 to 16"):
        banks.average(1, "between", {})


def put_back(host: Host) -> int:
    """How many events of the voice were taken so far: the ring has no more of them."""
    core = host.core
    until(lambda: core.counter(sh.EVENT_TAIL) == core.counter(sh.EVENT_HEAD))
    return core.counter(sh.EVENT_TAIL)


def test_a_knob_turns_through_a_morph(host: Host) -> None:
    banks, before = host.banks, put_back(host)
    names = banks.names(1)
    for step in range(60):
        banks.morph_between(1, "a", "b", step / 59)
        time.sleep(1 / 60)
    assert put_back(host) == before + 60
    assert banks.names(1) == names, "nothing is kept"
    banks.morph(1, {"a": 1, "b": 1}, VOICES, at_ns=time.monotonic_ns() + 10**7)
    with pytest.raises(ControlError, match="slot 1 has voices 1 to 2"):
        banks.morph_between(1, "a", "b", 0.5, 3)
    with pytest.raises(ControlError, match="nan is not a finite number"):
        banks.morph_between(1, "a", "b", float("nan"))
    with pytest.raises(ControlError, match="has no state 'gone'"):
        banks.morph_between(1, "a", "gone", 0.5)


def test_too_many_morphs_at_once_are_refused_not_mixed_up(host: Host) -> None:
    later_ns = time.monotonic_ns() + 300_000_000
    with pytest.raises(ControlError, match="too many states at once; this one was dropped"):
        for _ in range(300):
            host.banks.morph_between(1, "a", "b", 0.5, at_ns=later_ns)
    time.sleep(1.0)
    host.banks.morph_between(1, "a", "b", 0.5)


def test_notes_begin_from_a_state(host: Host) -> None:
    banks = host.banks
    assert banks.starts_from(1) == ""
    banks.start_from(1, "a")
    banks.rename(1, "a", "attack")
    assert banks.starts_from(1) == "attack"
    banks.save(1, "attack")
    acts = host.slot(1)._acts
    assert acts.starts_from == banks._of[host.slot(1)].serials["attack"]
    banks.delete(1, "attack")
    assert (banks.starts_from(1), acts.starts_from) == ("", 0)
    with pytest.raises(ControlError, match="has no state 'attack'"):
        banks.start_from(1, "attack")


def test_a_note_on_puts_the_state_back_in_its_voice(compiled: Compiled, tmp_path: Path) -> None:
    """At its sample, before its gate opens; a note-off and another name do not."""
    with Host("null", precision="float32", rate_hz=16_000, voices=VOICES) as host:
        host.load(compiled)
        host.event_log.open(tmp_path / "take.events")
        host.start()
        banks, serials = host.banks, list[int]()
        banks.put(1, "a", banks.now(1))
        for name in ("a", ""):
            banks.start_from(1, name)
            serials.append(host.slot(1)._acts.starts_from)
            for note in (60, 64):
                host.note_on(1, note, 0.5, at_ns=time.monotonic_ns() + 50_000_000)
            for note in (60, 64):
                host.note_off(1, note)
            time.sleep(0.1)
        path = host.event_log.path
        host.stop()
    assert path is not None
    lines = [from_text(line) for line in path.read_text().splitlines()]
    events = [line for line in lines if isinstance(line, Event)]
    recalls = [voice_target(TARGET_RECALL, voice) for voice in range(VOICES)]
    gates = [voice_target(GATE, voice) for voice in range(VOICES)]
    found = [
        (event.target, event.at, event.value)
        for event in events
        if event.target in recalls or (event.target in gates and event.value > 0)
    ]
    assert [(target, value) for target, _, value in found] == [
        (recalls[0], serials[0]), (gates[0], 1.0), (recalls[1], serials[0]), (gates[1], 1.0),
        (gates[0], 1.0), (gates[1], 1.0),
    ]  # fmt: skip
    assert found[0][1] == found[1][1] >= 0
    assert found[2][1] == found[3][1] >= 0
    assert serials[1] == 0


def test_loops(host: Host) -> None:
    banks = host.banks
    banks.loop(1, "a", 0.01)
    until(lambda: word(host, sh.S_LOOP) == banks._of[host.slot(1)].serials["a"])
    assert word(host, sh.S_LOOP_LENGTH) == round(0.01 * host.slot(1).plugin.sample_rate_hz)
    before = word(host, sh.S_LOOP_NEXT)
    until(lambda: word(host, sh.S_LOOP_NEXT) > before)
    banks.delete(1, "a")
    looped = banks._of[host.slot(1)].looped
    for _ in range(300):
        banks.save(1, "b")
    assert word(host, sh.S_LOOP) == looped, "it goes on, whatever became of the name"
    assert host.slot(1).voice.slot.bank.serials[looped % 256] == looped
    banks.loop(1, "", 0.2)
    until(lambda: word(host, sh.S_LOOP) == banks._of[host.slot(1)].looped != looped)
    host.panic()
    until(lambda: word(host, sh.S_LOOP) == 0)
    banks.loop(1, "b", 0)
    for seconds in (-1, 0.0001, RING_S + 1, float("nan")):
        with pytest.raises(ControlError, match="a loop takes 0.001 to 60 s"):
            banks.loop(1, "b", seconds)


def test_midi_program_changes_recall_states(host: Host) -> None:
    banks, router, journal = host.banks, MidiRouter(host), host.journal()
    banks.take_programs(1, on=True)
    for program, effect in ((1, "slot 1 state 1"), (0, "slot 1 state 0")):
        assert router.handle(mido.Message("program_change", program=program)) == effect
    acts = [each for each in journal.take() if isinstance(each, Action)]
    recalled = [each.arguments for each in acts if each.kind == "bank/recall"]
    assert recalled == [("b", 0), ("a", 0)]
    with pytest.raises(ControlError, match="number 2: slot 1 has states 0 to 1"):
        router.handle(mido.Message("program_change", program=2))
    kept = BankSection(banks).read(1)
    assert kept is not None
    assert kept["programs"] is True
    banks.take_programs(1, on=False)
    assert not banks.takes_programs(1)
    assert not banks.takes_programs(9)


def test_midi_keeps_puts_back_morphs_and_loops(host: Host, tmp_path: Path) -> None:
    banks, journal = host.banks, host.journal()
    mappings = Mappings(host.notices, tmp_path / "learned.toml")
    router = MidiRouter(host, mappings=mappings, port="pads")
    pads = {"bank/save c": 36, "bank/recall a": 37, "bank/back 0.01": 38, "bank/loop b 0.02": 39}
    for action, note in pads.items():
        mappings.assign(1, action, {"kind": "note", "number": note})
    mappings.assign(1, "bank/morph a b", {"kind": "cc", "number": 20})
    mappings.assign(1, "bank/number 1", {"kind": "program", "number": 9})

    def struck(note: int, velocity: int = 90) -> str:
        return router.handle(mido.Message("note_on", note=note, velocity=velocity))

    assert struck(36) == "slot 1 bank/save c"
    until(lambda: (kept := banks.kept(1)) is not None and kept.texts["c"] is not None)
    assert [struck(note) for note in (37, 38)] == ["slot 1 bank/recall a", "slot 1 bank/back 0.01"]
    assert struck(39) == "slot 1 bank/loop b 0.02"
    until(lambda: banks.looped(1) == ("b", pytest.approx(0.02)))
    struck(39, 0)
    until(lambda: banks.looped(1) is None)
    for value in range(128):  # as fast as a knob can be
        knob = mido.Message("control_change", control=20, value=value)
        assert router.handle(knob) == "slot 1 bank/morph a b"
    program = mido.Message("program_change", program=9)
    assert router.handle(program) == "slot 1 bank/number 1"
    acts = [each for each in journal.take() if isinstance(each, Action)]
    kinds = [each.kind for each in acts if each.kind.startswith("bank/")]
    assert kinds == [
        "bank/recall", "bank/back", "bank/loop", "bank/loop", *["bank/morph"] * 128, "bank/recall",
    ]  # fmt: skip
    with pytest.raises(ControlError, match="slot 1 has no state 'gone'"):
        mappings.assign(1, "bank/recall gone", {"kind": "note", "number": 40})
        struck(40)


def test_another_number_of_voices_takes_them_along(host: Host, compiled: Compiled) -> None:
    banks = host.banks
    host.load_into(2, compiled)
    state = banks.now(2)
    banks.put(2, "a", state)
    banks.put(2, "b", state)
    banks.start_from(2, "b")
    banks.save(2, "later", at_ns=time.monotonic_ns() + 10**11)
    cursor, _ = host.read_notices(0)
    host.voicing.set_voices(2, 3)
    assert (banks.names(2), banks.starts_from(2)) == (["a", "b"], "b")
    floats = state.size // VOICES
    np.testing.assert_array_equal(banks.state(2, "a"), np.append(state, state[:floats]))
    assert host.slot(2)._acts.starts_from == banks._of[host.slot(2)].serials["b"]
    notices = [each.address for each in host.read_notices(cursor)[1]]
    assert notices.count("/slot/2/bank/changed") == 1
    banks.recall(2, "a")
    host.load_into(2, compiled)
    assert banks.names(2) == [], "with the plugin they go"
    host.unload(2)


def test_files(host: Host, tmp_path: Path, compiled: Compiled) -> None:
    banks, path = host.banks, tmp_path / "states.safetensors"
    kept = {name: banks.state(1, name) for name in ("a", "b")}
    assert banks.write(1, path) == 2
    banks.delete(1, "a")
    banks.put(1, "b", kept["a"])
    assert banks.read(1, path) == 2
    for name, state in kept.items():
        np.testing.assert_array_equal(banks.state(1, name), state)
    banks.write(1, path)  # over one of its own kind
    host.load_into(2, compiled)
    with pytest.raises(ControlError, match="slot 2 has no states to write"):
        banks.write(2, path)
    host.voicing.set_voices(2, 3)
    banks.read(2, path)
    floats = kept["a"].size // VOICES
    np.testing.assert_array_equal(
        banks.state(2, "a"), np.append(kept["a"], kept["a"][:floats]), "voices in turn"
    )
    host.unload(2)
