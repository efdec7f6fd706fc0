"""Address patterns against a formulation as regular expressions."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.patterns import MAX_MATCHES, AddressTree, is_pattern

NAMES = ["pitch", "pan", "p", "rate", "motion", "motion2", "motor", "a-b", "x_1", "note"]
ADDRESSES = [f"/slot/{n}/param/{name}" for n in (1, 2, 13) for name in NAMES]
ADDRESSES += [f"{address}/norm" for address in ADDRESSES] + ["/slot/1/gain", "/slot/2/gain"]


def as_expression(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression; what stands between slashes never crosses one."""
    text = ""
    inside = False
    for character in pattern:
        if character == "{":
            text, inside = f"{text}(?:", True
        elif character == "}":
            text, inside = f"{text})", False
        elif inside:
            text += "|" if character == "," else re.escape(character)
        elif character in "*?":
            text += "[^/]*" if character == "*" else "[^/]"
        elif character in "[]":
            text += character
        else:
            text += character if character in "-!" else re.escape(character)
    return re.compile(text.replace("[!", "[^"))


@pytest.mark.parametrize(
    "pattern",
    ["/slot/*/gain", "/slot/1/param/*", "/slot/?/param/p*", "/slot/[12]/param/mot*",
     "/slot/*/param/{pitch,pan}/norm", "/slot/{1,13}/param/*o*", "/slot/1/*", "/*/*/*/*/*",
     "/slot/[!1]/param/pitch", "/slot/1/param/[a-p]*", "/slot/1/param/m*t*r", "/slot/1/param/***p",
     "/slot/1/param/{,a-}b", "/slot/1/param/mo{tion,tor}{2,}", "/slot/1?/param/x_[0-9]"],
)  # fmt: skip
def test_a_pattern_matches_what_its_expression_matches(pattern: str) -> None:
    expression = as_expression(pattern)
    expected = {address for address in ADDRESSES if expression.fullmatch(address)}
    if not expected:
        with pytest.raises(ControlError, match="matches no address"):
            AddressTree(ADDRESSES).matching(pattern)
    else:
        assert set(AddressTree(ADDRESSES).matching(pattern)) == expected


PART = st.text("pitchamo*?", min_size=1, max_size=8)


@given(PART, st.lists(st.text("pitchamo", min_size=1, max_size=8), min_size=1, unique=True))
def test_any_stars_and_marks(part: str, names: list[str]) -> None:
    tree = AddressTree([f"/{name}" for name in names])
    expression = as_expression(part)
    expected = {f"/{name}" for name in names if expression.fullmatch(name)}
    try:
        assert set(tree.matching(f"/{part}")) == expected
    except ControlError:
        assert not expected


@pytest.mark.parametrize(
    "pattern", ["/slot/[12", "/slot/1]", "/slot/{1,2", "/a}", "/slot/[]", "/["]
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ControlError, match="is not closed, or empty"):
        AddressTree(ADDRESSES).matching(pattern)


MANY = AddressTree(
    f"/slot/{slot}/param/{slot}_{'ab' * 15}_{number}{end}"
    for slot in range(1, 17)
    for number in range(100)
    for end in ("", "/norm", "/get")
)


@pytest.mark.parametrize(
    "pattern",
    ["/*/*/*/" + "*a" * 60 + "c", "/slot/*/param/" + "{a,b}" * 25, "/slot/*/param/" + "?*" * 60,
     "/" + "*/" * 70, "/slot/*/*/" + "[!x]" * 30 + "*", "/slot/*/param/*"],
)  # fmt: skip
def test_a_hostile_pattern_is_refused_in_milliseconds(pattern: str) -> None:
    times_s = []
    for _ in range(5):
        began_s = time.process_time()
        with pytest.raises(ControlError):
            MANY.matching(pattern)
        times_s.append(time.process_time() - began_s)
    assert min(times_s) < 0.02


def test_no_more_than_a_thousand_are_matched() -> None:
    tree = AddressTree(f"/{number}" for number in range(MAX_MATCHES + 1))
    assert len(tree.matching("/?*[0-8]")) < MAX_MATCHES
    with pytest.raises(ControlError, match=f"matches {MAX_MATCHES + 1} addresses, at most"):
        tree.matching("/*")


def test_plain_addresses_are_no_patterns() -> None:
    assert not any(map(is_pattern, ADDRESSES))
    assert all(map(is_pattern, ["/a*", "/a?", "/[a]", "/{a}", "/]"]))
