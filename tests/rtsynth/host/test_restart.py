"""What an engine may be asked to be started again with."""

import pytest

from rtsynth.common.errors import ControlError
from rtsynth.host.restart import ALONE, AUTO, NEWS_S, OPTIONS, GivenUp, Restart, check_option


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("device", "null"),
        ("device", "auto"),
        ("rate", "48000"),
        ("rate", "auto"),
        ("block", "1"),
        ("precision", "int8"),
        ("precision", "auto"),
        ("ahead", "12.5"),
        ("ahead", "auto"),
        ("midi", "none"),
        ("voices", "8"),
        ("osc", "127.0.0.1:9000"),
        ("osc-allow", "192.0.2.1,198.51.100.0/24"),
    ],
)
def test_what_may_be(name: str, text: str) -> None:
    check_option(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("seed", "1"),
        ("rate", "3999"),
        ("rate", "48k"),
        ("rate", "²"),
        ("rate", "48000.5"),
        ("rate", "inf"),
        ("rate", "nan"),
        ("rate", "-1"),
        ("rate", "9" * 5000),
        ("block", "65537"),
        ("block", "0"),
        ("voices", "0"),
        ("voices", "257"),
        ("osc", ""),
        ("osc-allow", "x" * 201),
        ("block", "000000128999"),
        ("precision", "int5"),
        ("ahead", "nan"),
        ("ahead", "-1"),
        ("ahead", "soon"),
        ("device", ""),
        ("midi", "a\0"),
        ("device", "x" * 201),
        ("device", "a\nb"),
    ],
)
def test_what_may_not(name: str, text: str) -> None:
    with pytest.raises(ControlError) as raised:
        check_option(name, text)
    assert str(raised.value).startswith(f"{name}: ")
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 300


def test_an_engine_that_nobody_supervises_says_so() -> None:
    restart = Restart()
    assert restart.describe() == {
        "options": {},
        "defaults": {},
        "possible": False,
        "refused": "",
        "given_up": [],
        "problem": "",
    }
    with pytest.raises(ControlError, match="rtsynth play") as raised:
        restart.ask({"device": "null"})
    assert str(raised.value) == ALONE


def test_a_supervised_one_asks() -> None:
    restart = Restart()
    asked: list[dict[str, str]] = []
    restart.started_with({"device": "null", "rate": "44100", "osc": ":9001"}, {"voices": "2"})
    restart.offer(asked.append, refused="no such device")
    restart.given_up = GivenUp(("rate",), "too fast")
    assert restart.describe() == {
        "options": dict.fromkeys(OPTIONS, AUTO)
        | {"device": "null", "rate": "44100", "osc": ":9001"},
        "defaults": dict.fromkeys(OPTIONS, AUTO) | {"voices": "2", "osc": ":9001"},
        "possible": True,
        "refused": "no such device",
        "given_up": ["rate"],
        "problem": "too fast",
    }
    with pytest.raises(ControlError):
        restart.ask({"device": "null", "rate": "1"})
    restart.ask({"rate": "48000"})
    restart.ask({"rate": "48000.0", "block": "0128", "ahead": "12.5"})
    assert asked == [{"rate": "48000"}, {"rate": "48000", "block": "128", "ahead": "12.5"}]
    asked.clear()
    restart.ask({"device": "null", "keep": "no"})
    restart.ask({"device": "null", "keep": "yes"})
    restart.forget()
    assert asked == [{"device": "null", "keep": "no"}, {"device": "null"}, {"forget": ""}]
    with pytest.raises(ControlError, match="keep: 'maybe' is neither yes nor no"):
        restart.ask({"device": "null", "keep": "maybe"})


def test_a_refusal_is_news_for_a_while() -> None:
    now_s = [100.0]
    restart = Restart(lambda: now_s[0])
    restart.offer(lambda changes: None, refused="no such device")
    now_s[0] += NEWS_S - 1.0
    assert restart.describe()["refused"] == "no such device"
    now_s[0] += 2.0
    assert restart.describe()["refused"] == ""
