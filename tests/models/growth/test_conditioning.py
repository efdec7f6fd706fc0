"""The old conditioning vector as an affine function of the new one."""

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth_models.growth.conditioning import affine, held, lacking, matched
from tests.models.growth.nets import Side, classes, knob

SIZE = {"hidden_size": 2, "layers": 1}


def side(*parameters, family: str = "gru", **config):
    manifest = Side(family, SIZE | config, list(parameters)).manifest
    return manifest, manifest.tiers[0]


def test_ranges_order_and_what_is_gone_or_new() -> None:
    old = side(knob("pitch", 60, 72), knob("gone", 0, 4, default=1))
    new = side(knob("new"), knob("pitch", 48, 96))
    mix = affine(old, new)
    # 84 is 0.75 of 48..96, and (84 - 60) / 12 = 2 of 60..72.
    np.testing.assert_allclose(mix.matrix @ [0.3, 0.75] + mix.offset, [2.0, 0.25])
    np.testing.assert_allclose(held(old).offset, [0.0, 0.25])


def test_an_amplitude_in_another_unit_takes_the_place_of_the_old_one() -> None:
    loud = knob("loud", 0.1, 1.0, role="amplitude", network_minimum=0.0)
    velocity = knob("velocity", 20, 120, role="amplitude", network_maximum=127)
    mix = affine(side(loud), side(velocity))
    seen = np.array([(value - 20) / 107 for value in (20, 70, 120)])
    np.testing.assert_allclose(mix.matrix[0] * seen[:, None] + mix.offset, [[0.1], [0.55], [1.0]])
    quieter = affine(side(loud), side(knob("loud", 0.0, 0.5, role="amplitude")))
    np.testing.assert_allclose([quieter.matrix[0, 0], quieter.offset[0]], [0.5, 0.0])


def test_what_the_new_one_lacks() -> None:
    pitch, note = knob("pitch", role="pitch"), knob("note", role="pitch")
    old = side(knob("flute"), pitch, classes("a", "b"))
    assert lacking(old, side(note)) == [knob("flute"), classes("a", "b")]
    assert lacking(old, old) == []


def test_classes_of_their_own_inputs() -> None:
    network = {"rnn": "gru", "frame_sizes": [4]}
    old = side(classes("ah", "oh"), family="samplernn", **network)
    new = side(classes("Oh", "ee", "ah"), family="samplernn", **network)
    mix = affine(old, new, expanded=True)
    assert mix.matrix.tolist() == [[0, 0.5, 1], [1, 0.5, 0]]
    unnamed = side(knob("voice", 0, 2, role="class"), family="samplernn", **network)
    assert affine(old, unnamed, expanded=True).matrix.tolist() == [[1, 0, 0.5], [0, 1, 0.5]]
    assert held(old, expanded=True).offset.tolist() == [1, 0]


def test_a_role_is_matched_only_where_it_is_the_only_one() -> None:
    pitch, note = knob("pitch", role="pitch"), knob("note", role="pitch")
    loud = knob("loud", role="amplitude")
    assert matched([pitch], [loud, note]) == {"pitch": note}
    assert matched([pitch], [loud]) == {}
    assert matched([pitch], [note, knob("two", role="pitch")]) == {}
    assert matched([knob("x")], [knob("y")]) == {}
    with pytest.raises(InputError, match="'x' is no class in what it starts from and one here"):
        matched([knob("x")], [classes("a", "b", name="x")])
