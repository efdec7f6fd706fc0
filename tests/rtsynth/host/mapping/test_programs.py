"""Where program changes find presets."""

from rtsynth.host.mapping.programs import ProgramChanges, programs_of


class Presets:
    def recall_number(self, slot: int, number: int, *, at_ns: int | None = None) -> None:
        """Recall one."""


class WithPresets:
    presets = Presets()


class WithSomethingElse:
    presets = "warm"


def test_presets_that_have_numbers_are_found() -> None:
    assert programs_of(WithPresets()) is WithPresets.presets
    assert programs_of(WithSomethingElse()) is None
    assert programs_of(object()) is None


class Numbered:
    """States or presets that have numbers."""

    def __init__(self) -> None:
        self.recalled: list[tuple[int, int, int | None]] = []
        self.on = False

    def recall_number(self, slot: int, number: int, *, at_ns: int | None = None) -> None:
        self.recalled.append((slot, number, at_ns))

    def takes_programs(self, slot: int) -> bool:
        return self.on and slot == 1


class WithBoth:
    def __init__(self) -> None:
        self.presets, self.banks = Numbered(), Numbered()


def test_states_are_recalled_where_a_slot_is_set_to_that() -> None:
    engine = WithBoth()
    changes = ProgramChanges(engine)
    assert changes.recall(1, 3, 5) == "preset"
    engine.banks.on = True
    assert changes.recall(1, 4, 6) == "state"
    assert changes.recall(2, 5, 7) == "preset"
    assert engine.banks.recalled == [(1, 4, 6)]
    assert engine.presets.recalled == [(1, 3, 5), (2, 5, 7)]
    assert ProgramChanges(object()).recall(1, 0, 0) == ""
