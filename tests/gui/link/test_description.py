import json
import math
from typing import Any

import pytest

from rtsynth.common.control_info import Generation
from rtsynth_gui.link.description import DescriptionError, Followed, parse_description
from tests.gui.peer import control, description, generated, mixed, tiered


def test_description_gives_slots_and_values() -> None:
    parsed, values, followed = parse_description(json.dumps(description(slots=2)))
    assert [slot.number for slot in parsed.slots] == [1, 2]
    slot = parsed.slots[1]
    assert [c.name for c in slot.parameters] == ["instrument", "amplitude", "pitch"]
    assert slot.pitch is not None
    assert slot.pitch.name == "pitch"
    assert values["/slot/2/param/pitch"] == 69.0
    assert values["/slot/1/gain"] == 0.0
    assert values["/slot/1/sampling/top_p"] == 1.0
    assert parsed.addresses == set(values)
    assert followed == {}


def test_what_an_engine_does_with_a_slot_is_no_structure() -> None:
    plain = parse_description(json.dumps(description())).description
    assert plain.slots[0].follows is None
    does = {"rescue": "firm", "follows": {"run": "/runs/song", "state": "holds", "step": 30}}
    found = parse_description(json.dumps(description(**does))).description
    assert (found.slots[0].rescue, found.slots[0].follows) == (
        "firm",
        Followed("/runs/song", "holds", 30),
    )
    assert found == plain
    several = parse_description(json.dumps(description(voices=4))).description
    assert (several.slots[0].voices, plain.slots[0].voices) == (4, 1)
    assert several == plain
    reached = parse_description(json.dumps(description(tiers=["audio"], opened=True))).description
    assert (reached.slots[0].tiers, reached.slots[0].opened) == (("audio",), True)
    assert reached != plain
    with pytest.raises(DescriptionError):
        parse_description(json.dumps(description(follows={"run": "/runs/song"})))


def test_what_may_be_followed_has_the_names_of_the_slots() -> None:
    document = description(slots=2)
    for slot in document["slots"]:
        slot["controls"] = [control("follow", -1.0, 16.0, 0.0, unit="slot")]
    before = parse_description(json.dumps(document)).description
    document["slots"][1]["name"] = "Lead"
    after = parse_description(json.dumps(document)).description
    assert after.slots[0].controls[0].slot_names == ((1, "clarinet-trumpet"), (2, "Lead"))
    assert before.slots[0].controls[0].slot_names[1] == (2, "clarinet-trumpet")
    assert before == after


def test_the_mixer_is_at_addresses_of_its_own() -> None:
    parsed, values, _ = parse_description(json.dumps(mixed(slots=2)))
    assert [c.address for c in parsed.slots[1].mixer] == [
        "/slot/2/pan", "/slot/2/mute", "/slot/2/solo",
    ]  # fmt: skip
    assert [c.address for c in parsed.master] == ["/master/gain", "/master/dc_block"]
    assert parsed.addresses == set(values)


def made(**changed: Any) -> dict[str, Any]:
    """A generated parameter, with some fields changed."""
    return generated("a", 0.0, 1.0, "motion", 125) | changed


def test_values_do_not_change_the_structure() -> None:
    one, two = description(), description()
    two["slots"][0]["parameters"][2]["value"] = 70.5
    assert parse_description(json.dumps(one))[0] == parse_description(json.dumps(two))[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"slots": 3}',
        '{"slots": [{}]}',
        '{"slots": [[]]}',
        "[" * 100_000,
        json.dumps(description(parameters=[control("a", 1.0, 1.0, 1.0)])),
        json.dumps(description(parameters=[control("a", 0.0, math.nan, 0.0)])),
        json.dumps(description(parameters=[control("a", 0.0, 1.0, 0.5, curve="exponential")])),
        json.dumps(description(parameters=[{"name": "a"}])),
        json.dumps(description(parameters=[control(f"p{i}", 0, 1, 0) for i in range(600)])),
        json.dumps({"slots": description()["slots"] * 2}),
        json.dumps(description(parameters=[made(rate_hz=0)])),
        json.dumps(description(parameters=[made(rate_hz=math.inf)])),
        json.dumps(description(parameters=[made(tier=None, rate_hz=None)])),
        json.dumps(description(parameters=[made(reaction_ms=-1)])),
        json.dumps(description(parameters=[made(delay_ms=math.nan)])),
        json.dumps(description(parameters=[made(followed="high")])),
    ],
)
def test_malformed_descriptions_are_refused(text: str) -> None:
    with pytest.raises(DescriptionError):
        parse_description(text)


def test_generated_parameters_are_grouped_by_tier_slowest_first() -> None:
    parsed, values, followed = parse_description(json.dumps(tiered()))
    (slot,) = parsed.slots
    assert [c.name for c in slot.knobs] == ["fill"]
    assert {generation.tier: len(made) for generation, made in slot.generated.items()} == {
        "motion": 3, "timbre": 13,
    }  # fmt: skip
    assert next(iter(slot.generated)) == Generation("motion", 125, "linear", 8.0)
    assert slot.pitch is not None
    assert slot.pitch.generation is not None
    assert followed["/slot/1/param/pitch"] == 66.0
    assert values["/slot/1/param/pitch/take"] == 0.0
    assert parsed.addresses == {*values, "/slot/1/followed"}


def test_betas_follow_the_temperature_and_adjustments_belong_to_their_parameter() -> None:
    (slot,) = parse_description(json.dumps(tiered())).description.slots
    assert [c.name for c in slot.built_in] == [
        "gain", "temperature", "motion.beta", "timbre.beta", "top_k", "top_p",
    ]  # fmt: skip
    assert slot.built_in[2].address == "/slot/1/param/motion/beta"
    offset = slot.adjustment(next(p for p in slot.parameters if p.name == "pitch"), "offset")
    assert offset is not None
    assert offset.address == "/slot/1/param/pitch/offset"


def test_what_changes_while_playing_does_not_change_the_structure() -> None:
    now = tiered()
    now["slots"][0]["parameters"][0] |= {"taken": True, "followed": 3.0}
    del now["slots"][0]["controls"][4]  # its take: "taken" is there without it
    parsed, values, followed = parse_description(json.dumps(now))
    assert values["/slot/1/param/mfcc_0/take"] == 1.0
    assert followed["/slot/1/param/mfcc_0"] == 3.0
    assert (
        parsed.slots[0].parameters == parse_description(json.dumps(tiered()))[0].slots[0].parameters
    )


def test_names_and_order_are_no_part_of_the_structure() -> None:
    plain, named = description(slots=3), description(slots=3)
    named["slots"][1] |= {"name": "Lead", "output": None}
    first, second = (
        parse_description(json.dumps(each)).description
        for each in (plain, named | {"order": [3, 9]})
    )
    assert first == second
    assert first.lineup != second.lineup
    assert [slot.number for slot in second.arranged] == [3, 1, 2]
    assert second.names == {3: "clarinet-trumpet", 1: "clarinet-trumpet", 2: "Lead"}
    own = description(output=4)
    assert parse_description(json.dumps(own)).description.slots[0].output == 4


@pytest.mark.parametrize("fields", [{"order": 5}, {"order": ["a"]}, {"order": [None]}])
def test_a_damaged_order_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(DescriptionError):
        parse_description(json.dumps(description() | fields))
