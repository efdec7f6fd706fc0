"""Connections of JACK: made again when both sides are there, forgotten when taken apart."""

import json
import logging

import pytest

from rtsynth.host.audio.patching import (
    Patch,
    connections_file,
    name_ports,
    port_names,
    read_connections,
    shown_names,
    write_connections,
)

US, SPEAKERS = "rtsynth", "system:playback_1"


class Graph:
    """What JACK has: ports and connections, without a server."""

    def __init__(self, *outputs: str) -> None:
        self.ours = [f"{US}:{name}" for name in outputs]
        self.there = [SPEAKERS]
        self.made: set[tuple[str, str]] = set()
        self.asleep: set[str] = set()  # inputs that take no connections yet

    def outputs(self, client: str) -> list[str]:
        return list(self.ours) if client == US else []

    def inputs(self) -> list[str]:
        return list(self.there)

    def connections(self, output: str) -> list[str]:
        return sorted(to for port, to in self.made if port == output)

    def rename(self, port: str, name: str) -> None:
        new = f"{US}:{name}"
        assert new not in self.ours, "two ports of a client have one name"
        self.ours[self.ours.index(port)] = new
        self.made = {(new if output == port else output, to) for output, to in self.made}

    def connect(self, output: str, to: str) -> None:
        assert to in self.there
        if to not in self.asleep:
            self.made.add((output, to))

    def disconnect(self, output: str, to: str) -> None:
        self.made.remove((output, to))

    def leave(self, client_input: str) -> None:
        self.there.remove(client_input)
        self.made = {pair for pair in self.made if pair[1] != client_input}


@pytest.fixture
def graph() -> Graph:
    """As PortAudio leaves it: connected to the speakers."""
    graph = Graph("mix_left", "slot_1")
    graph.made = {("rtsynth:mix_left", SPEAKERS)}
    return graph


def test_ports_are_named_after_slots() -> None:
    assert port_names(1, 0) == ["mix"]
    assert port_names(2, 0) == ["mix_left", "mix_right"]
    assert port_names(5, 3) == ["mix_left", "mix_right", "slot_1", "slot_2", "slot_3"]
    assert port_names(4, 1) == ["mix_left", "mix_right", "slot_1", "out_4"]
    graph = Graph("out_0", "out_1", "out_2")
    names = port_names(3, 1)
    name_ports(graph, US, names, names)
    assert graph.ours == ["rtsynth:mix_left", "rtsynth:mix_right", "rtsynth:slot_1"]


def test_names_that_slots_were_given_are_shown_and_no_two_are_alike() -> None:
    names = port_names(6, 3)
    given = {1: "Lead", 2: "Lead", 3: "mix_left", 4: "without a port"}
    shown = shown_names(names, given)
    assert shown == ["mix_left", "mix_right", "Lead", "Lead 2", "mix_left 2", "out_6"]
    assert shown_names(names, {2: "in:1"})[3] == "in-1"
    assert shown_names(names, {}) == names


def test_ports_exchange_their_names(graph: Graph) -> None:
    names = ["mix_left", "slot_1", "slot_2"]
    graph.ours.append("rtsynth:slot_2")
    for shown in (["mix_left", "Lead", "Bass"], ["mix_left", "Bass", "Lead"], names):
        name_ports(graph, US, names, shown)
        assert graph.ours == [f"rtsynth:{name}" for name in shown]


def test_connections_are_kept_under_numbers_whatever_ports_are_called(graph: Graph) -> None:
    names = ["mix_left", "slot_1"]
    graph.there.append("daw:in")
    patch = Patch({"mix_left": set(), "slot_1": {"daw:in"}}, names)
    name_ports(graph, US, names, ["mix_left", "Lead"])
    patch.look(graph, US)
    assert graph.made == {("rtsynth:Lead", "daw:in")}
    name_ports(graph, US, names, names)
    assert not patch.look(graph, US)
    assert graph.made == {("rtsynth:slot_1", "daw:in")}
    assert patch.wanted == {"mix_left": set(), "slot_1": {"daw:in"}}


def test_the_first_time_what_portaudio_connects_is_noted(graph: Graph) -> None:
    patch = Patch({})
    assert patch.look(graph, US)
    assert patch.wanted == {"mix_left": {SPEAKERS}, "slot_1": set()}
    assert not patch.look(graph, US)


def test_connections_are_made_again_in_place_of_portaudios(graph: Graph) -> None:
    graph.there.append("daw:in")
    Patch({"mix_left": set(), "slot_1": {"daw:in"}}).look(graph, US)
    assert graph.made == {("rtsynth:slot_1", "daw:in")}


def test_what_is_not_there_is_connected_when_it_comes(graph: Graph) -> None:
    patch = Patch({"mix_left": {"daw:in"}})
    patch.look(graph, US)
    patch.look(graph, US)
    assert graph.made == {("rtsynth:mix_left", SPEAKERS)}  # better than silence meanwhile
    assert patch.wanted["mix_left"] == {"daw:in"}
    graph.there.append("daw:in")
    patch.look(graph, US)
    assert graph.made == {("rtsynth:mix_left", "daw:in")}


def test_a_program_that_leaves_and_comes_back(graph: Graph) -> None:
    patch = Patch({})
    graph.there.append("daw:in")
    patch.look(graph, US)
    graph.connect("rtsynth:slot_1", "daw:in")
    assert patch.look(graph, US)
    graph.leave("daw:in")
    for _ in range(3):
        patch.look(graph, US)
    graph.there.append("daw:in")
    patch.look(graph, US)
    assert ("rtsynth:slot_1", "daw:in") in graph.made


def test_a_program_that_is_back_before_the_next_look(graph: Graph) -> None:
    graph.there.append("daw:in")
    patch = Patch({"mix_left": {"daw:in"}})
    patch.look(graph, US)
    assert ("rtsynth:mix_left", "daw:in") in graph.made
    graph.leave("daw:in")
    patch.glance(graph)
    graph.there.append("daw:in")
    patch.glance(graph)
    patch.look(graph, US)
    assert ("rtsynth:mix_left", "daw:in") in graph.made
    assert patch.wanted["mix_left"] == {"daw:in"}


def test_a_program_whose_inputs_take_connections_later(graph: Graph) -> None:
    """JACK refuses a connection to a client that is not active yet: it is tried again."""
    graph.there.append("daw:in")
    graph.asleep.add("daw:in")
    patch = Patch({"mix_left": set(), "slot_1": {"daw:in"}})
    for _ in range(4):
        assert not patch.look(graph, US)
        assert graph.made == {("rtsynth:mix_left", SPEAKERS)}
        assert patch.wanted["slot_1"] == {"daw:in"}
    graph.asleep.clear()
    patch.look(graph, US)
    assert graph.made == {("rtsynth:slot_1", "daw:in")}
    graph.disconnect("rtsynth:slot_1", "daw:in")
    assert [patch.look(graph, US) for _ in range(3)] == [False, True, False]
    assert graph.made == set()


def test_what_is_taken_apart_stays_so(graph: Graph) -> None:
    patch = Patch({})
    patch.look(graph, US)
    graph.disconnect("rtsynth:mix_left", SPEAKERS)
    looks = [patch.look(graph, US) for _ in range(3)]
    assert looks == [False, True, False]  # it has to be missing twice: a port may be going
    assert patch.wanted["mix_left"] == set()
    assert graph.made == set()


def test_connections_are_kept() -> None:
    connections = {"mix_left": {SPEAKERS, "daw:in 1"}, "slot_1": set()}
    write_connections(connections)
    assert read_connections() == connections
    connections_file().unlink()
    assert read_connections() == {}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"format": 2}', '{"format": 1}', '{"format": 1, "connections": []}',
     '{"format": 1, "connections": {"mix_left": [1]}}', " " * (1 << 21)],
)  # fmt: skip
def test_a_damaged_file_is_named(text: str, caplog: pytest.LogCaptureFixture) -> None:
    write_connections({})
    assert json.loads(connections_file().read_text())["format"] == 1
    connections_file().write_text(text)
    with caplog.at_level(logging.WARNING, "rtsynth"):
        assert read_connections() == {}
    assert str(connections_file()) in caplog.text
    connections_file().unlink()
