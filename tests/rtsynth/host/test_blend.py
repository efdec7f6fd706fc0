"""Between presets: positions of knobs by weight; what has no between switches."""

import math

import pytest

from rtsynth.common.control_info import ControlInfo, Owner
from rtsynth.common.errors import ControlError
from rtsynth.host.blend import between, blend, switches, weights_between
from tests.rtsynth.host.presets.test_preset import GENERATED

LINEAR = ControlInfo("pitch", 64, 76, 69)
CURVED = ControlInfo("rate", 1, 100, 10, curve="exponential")
CLASS = ControlInfo("kind", 0, 2, 0, role="class", labels=("a", "b", "c"))
TOP_K = ControlInfo("top_k", 0, 256, 0, owner=Owner.ENGINE)
BEATS = ControlInfo("lfo1_beats", 0, 64, 0, owner=Owner.ENGINE)
MADE = ControlInfo("rmse", 0, 1, 0.5, generation=GENERATED)
TAKE = ControlInfo("rmse.take", 0, 1, 0, owner=Owner.PARAMETER)
INFOS = {info.name: info for info in (LINEAR, CURVED, CLASS, TOP_K, BEATS, MADE, TAKE)}


def test_what_has_no_between() -> None:
    assert {name for name, info in INFOS.items() if switches(info)} == {
        "kind", "top_k", "lfo1_beats", "rmse.take",
    }  # fmt: skip


def test_knobs_go_by_position() -> None:
    """In the middle of a curve is the geometric mean, of a line the arithmetic one."""
    one, other = {"pitch": 64.0, "rate": 1.0}, {"pitch": 72.0, "rate": 100.0}
    middle = blend(INFOS, [(0.5, one), (0.5, other)])
    assert middle == {"pitch": pytest.approx(68), "rate": pytest.approx(10)}
    third = blend(INFOS, [(2.0, one), (1.0, other), (3.0, {"pitch": 70.0, "rate": 10.0})])
    assert third["pitch"] == pytest.approx((2 * 64 + 72 + 3 * 70) / 6)
    assert third["rate"] == pytest.approx(math.exp((math.log(100) + 3 * math.log(10)) / 6))


def test_one_preset_alone_is_that_preset_exactly() -> None:
    values = {"pitch": 69.123, "rate": 3.3, "kind": 1.0}
    assert blend(INFOS, [(0.7, values), (0.0, {"pitch": 64.0, "kind": 0.0})]) == values
    assert blend(INFOS, [(0.7, values), (0.2, values)]) == values


@pytest.mark.parametrize(("share", "kind"), [(0.0, 0), (0.49, 0), (0.5, 2), (0.51, 2), (1.0, 2)])
def test_classes_switch_half_way(share: float, kind: int) -> None:
    assert blend(INFOS, [(1 - share, {"kind": 0.0}), (share, {"kind": 2.0})]) == {"kind": kind}
    assert between(CLASS, 0.0, 2.0, share) == kind


def test_a_control_goes_by_the_presets_that_have_it() -> None:
    assert blend(INFOS, [(0.9, {}), (0.1, {"pitch": 70.5})]) == {"pitch": 70.5}
    free, taken = {"rmse": 0.0, "rmse.take": 0.0}, {"rmse": 1.0, "rmse.take": 1.0}
    assert blend(INFOS, [(0.9, free), (0.1, taken)]) == {"rmse": 1.0, "rmse.take": 0.0}
    assert blend(INFOS, [(0.5, free), (0.5, {**free, "rmse": 0.5})])["rmse"] == 0.25


def test_a_way_is_a_line_of_positions_and_ends_exactly() -> None:
    assert [between(LINEAR, 64.0, 76.0, share) for share in (0, 0.25, 1)] == [64, 67, 76]
    assert between(CURVED, 1.0, 100.0, 0.75) == pytest.approx(10**1.5)
    assert between(CURVED, 99.9, 3.3, 1.0) == 3.3
    assert between(CURVED, 3.3, 3.3, 0.5) == 3.3


def test_weights_between_two() -> None:
    assert weights_between("a", "b", 0.25) == {"a": 0.75, "b": 0.25}
    assert weights_between("a", "b", 7.0) == {"a": 0.0, "b": 1.0}
    assert weights_between("a", "a", 0.25) == {"a": 1.0}
    with pytest.raises(ControlError, match="nan is not a finite number"):
        weights_between("a", "b", float("nan"))
