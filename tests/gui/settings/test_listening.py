"""A port and machines become a place to listen at, and whom to let in."""

from pathlib import Path

import pytest

from rtsynth.common.files.kept_options import VARIABLE, kept_options_file, write_kept_options
from rtsynth_gui.settings.listening import asked, problem, shown, usual_place

HERE = {"osc": "127.0.0.1:9000", "osc-allow": "auto", "rate": "48000"}
OPEN = {"osc": "0.0.0.0:9100", "osc-allow": "192.0.2.1"}


def test_what_is_shown() -> None:
    assert shown(HERE) == {"osc": "9000", "osc-allow": ""}
    assert shown(OPEN) == {"osc": "9100", "osc-allow": "192.0.2.1"}
    assert shown({"osc": "?:?"}) == {"osc": "9000", "osc-allow": ""}


@pytest.mark.parametrize(
    ("changed", "options", "wish"),
    [
        ({"rate": "44100"}, HERE, {"rate": "44100"}),
        ({"osc": "9200"}, HERE, {"osc": "127.0.0.1:9200"}),
        ({"osc": "9200"}, OPEN, {"osc": "0.0.0.0:9200"}),
        ({"osc": "port"}, OPEN, {"osc": "port"}),
        (
            {"osc-allow": "192.0.2.1; 192.0.2.2,"},
            HERE,
            {"osc-allow": "192.0.2.1,192.0.2.2", "osc": "0.0.0.0:9000"},
        ),
        (
            {"osc-allow": "192.0.2.2", "osc": "9200"},
            {"osc": "192.0.2.9:9000"},
            {"osc-allow": "192.0.2.2", "osc": "192.0.2.9:9200"},
        ),
        ({"osc-allow": ""}, OPEN, {"osc-allow": "auto", "osc": "127.0.0.1:9100"}),
    ],
)
def test_what_is_asked_for(
    changed: dict[str, str], options: dict[str, str], wish: dict[str, str]
) -> None:
    assert asked(changed, options) == wish


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("osc", "9000", ""),
        ("osc", "65535", ""),
        ("osc", "65536", "whole number from 1024 to 65535"),
        ("osc", "80", "whole number"),
        ("osc", "", "whole number"),
        ("osc-allow", "", ""),
        ("osc-allow", "192.0.2.1, 192.0.2.0/24", ""),
        ("osc-allow", "192.0.2.1 laptop", "laptop is not an address"),
        ("osc-allow", "0.0.0.0/0", "nearly every machine"),
    ],
)
def test_what_is_wrong_is_said_before_an_engine_is_asked(name: str, text: str, says: str) -> None:
    found = problem(name, text)
    assert says in found
    assert bool(found) == bool(says)


def test_a_window_finds_the_engine_of_its_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert usual_place() == "127.0.0.1:9000"
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    write_kept_options({"osc": "0.0.0.0:9100", "rate": "48000"})
    assert usual_place() == "127.0.0.1:9100"
    file = kept_options_file()
    assert file is not None
    file.write_text("{")
    assert usual_place() == "127.0.0.1:9000"
