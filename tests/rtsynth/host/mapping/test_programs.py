"""Where program changes find presets."""

from rtsynth.host.mapping.programs import programs_of


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
