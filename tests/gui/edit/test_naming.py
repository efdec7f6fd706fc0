"""Names and order by the addresses that set them."""

import json

import pytest

from rtsynth_gui.edit.naming import ORDER, Naming, is_naming, name_address
from rtsynth_gui.link.description import parse_description
from tests.gui.peer import description


@pytest.fixture
def naming() -> Naming:
    described = description(slots=3) | {"order": [3, 1]}
    described["slots"][1]["name"] = "Lead"
    naming = Naming()
    naming.take(parse_description(json.dumps(described)).description)
    return naming


def test_it_is_as_the_engine_describes_it(naming: Naming) -> None:
    assert naming.current(ORDER) == (3, 1, 2)
    names = [naming.current(name_address(slot)) for slot in (1, 2, 3, 4)]
    assert names == ["clarinet-trumpet", "Lead", "clarinet-trumpet", None]
    assert naming.current("/slot/1/gain") is None


def test_what_was_sent_counts_at_once(naming: Naming) -> None:
    naming.put(ORDER, (1, 2, 3))
    naming.put(name_address(1), "Bass")
    assert naming.current(ORDER) == (1, 2, 3)
    assert naming.current(name_address(1)) == "Bass"


def test_addresses() -> None:
    assert all(map(is_naming, (ORDER, name_address(16))))
    assert not any(map(is_naming, ("/slot/1/gain", "/slot/1/name/get", "/slots", "/slot/x/name")))
