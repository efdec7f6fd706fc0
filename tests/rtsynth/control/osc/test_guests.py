"""What clients on other machines may do, as the server sees them: an address on a datagram."""

import itertools

import pytest

from rtsynth.control.osc import guests as osc_guests
from rtsynth.control.osc import subscribers as osc_subscribers
from rtsynth.control.osc.endpoint import Address
from rtsynth.control.osc.guests import CONFIRM, Afar, AnswerBudget, Handshake
from rtsynth.control.osc.packet import Argument, OscMessage, decode
from rtsynth.control.osc.surface.commands import GLOBAL_COMMANDS, OF_SLOTS
from rtsynth.control.osc.surface.server import OscServer
from tests.rtsynth.control.osc_messages import encode, encode_bundle
from tests.rtsynth.control.recording_engine import RecordingEngine

ELSEWHERE: Address = ("192.0.2.7", 5000)


class Guest:
    """Hands datagrams to a server as if they came from elsewhere; keeps what it is sent."""

    def __init__(self, server: OscServer, address: Address = ELSEWHERE) -> None:
        self.server, self.address = server, address
        self.received: list[tuple[Address, OscMessage, int]] = []
        self.sent_bytes = 0
        sends = server.send

        def send(datagram: bytes, target: Address) -> None:
            if target[0] == address[0]:
                self.received += [(target, message, len(datagram)) for message in decode(datagram)]
            else:
                sends(datagram, target)

        server.send = send

    def send(self, address: str, *arguments: Argument) -> list[OscMessage]:
        """What is answered at once."""
        datagram = encode(address, *arguments)
        self.sent_bytes += len(datagram)
        before = len(self.received)
        self.server.handle(datagram, self.address)
        return [message for _, message, _ in self.received[before:]]

    def received_bytes(self) -> int:
        return sum(size for _, _, size in self.received)


@pytest.fixture
def guest(server: OscServer) -> Guest:
    server.notifier.stop()  # what it broadcasts is for other tests
    return Guest(server)


@pytest.mark.parametrize(
    ("address", "arguments"),
    [
        ("/quit", ()),
        ("/record/start", ("x.wav",)),
        ("/record/stop", ()),
        ("/state/save", ("x",)),
    ],
)
def test_files_and_the_end_are_for_this_machine_only(
    guest: Guest,
    engine: RecordingEngine,
    quits: list[bool],
    address: str,
    arguments: tuple[Argument, ...],
) -> None:
    (answer,) = guest.send(address, *arguments)
    assert answer.arguments == (address, "only from the machine the engine runs on")
    assert (engine.calls, quits) == ([], [])


def test_a_guest_plays(guest: Guest, engine: RecordingEngine) -> None:
    assert guest.send("/slot/1/gain", 1.0) == []
    assert guest.send("/slot/1/note/on", 70, 0.5) == []
    assert guest.send("/panic") == []
    assert guest.send("/slot/1/name", "Lead") == guest.send("/slots/order", 1) == []
    assert guest.send("/slot/1/name")[0].arguments == ("Lead",)
    assert [call[0] for call in engine.calls] == ["set", "note_on", "panic"]
    assert guest.send("/slot/1/gain/get")[0].arguments == (1.0,)


@pytest.mark.parametrize("path", ["/etc/passwd", "../x.safetensors", "~/x.safetensors", "nowhere"])
def test_plugins_are_loaded_by_name_from_elsewhere(
    guest: Guest, engine: RecordingEngine, path: str
) -> None:
    (answer,) = guest.send("/slot/1/load", path)
    assert "by its name" in str(answer.arguments[1])
    assert guest.send("/slot/1/load", "clarinet-trumpet") == []
    assert engine.wait_for(1) == [("load", 1, "clarinet-trumpet")]


def test_every_command_that_names_a_file_says_who_may() -> None:
    """A new command with a text is refused from elsewhere, or has been thought of here."""
    texts = {
        name: command.afar
        for name, command in (GLOBAL_COMMANDS | OF_SLOTS).items()
        if any(kind.__name__ in ("text", "kept_name", "name_text") for kind in command.kinds)
    }
    assert {name: afar for name, afar in texts.items() if afar is not Afar.REFUSED} == {
        "/state/recall": Afar.ALLOWED,  # reads one of the states by name
        **dict.fromkeys(("load", "/slots/load"), Afar.NAMES),
        **dict.fromkeys(("preset/recall", "preset/morph", "preset/blend"), Afar.ALLOWED),
        # names of states in memory
        **dict.fromkeys(
            (
                f"bank/{act}"
                for act in (
                    "save",
                    "recall",
                    "rename",
                    "delete",
                    "fork",
                    "average",
                    "morph",
                    "start",
                    "loop",
                )
            ),
            Afar.ALLOWED,
        ),
        "/set/recall": Afar.ALLOWED,  # loads what was saved here
        CONFIRM: Afar.ALLOWED,
        "/midi/learn": Afar.CONFIRMED,  # an address
        "/midi/assign": Afar.CONFIRMED,
        "/midi/forget": Afar.CONFIRMED,
        "/tempo/source": Afar.ALLOWED,  # a word
        "pressure/target": Afar.ALLOWED,  # the name of a parameter
        "modulate": Afar.ALLOWED,  # names of a source and a control
        "timbre/target": Afar.ALLOWED,
        "voice/mode": Afar.ALLOWED,  # a word
        # What is kept in memory and ends with the engine, as much as there is room for.
        **dict.fromkeys(("/snapshot/keep", "/snapshot/recall"), Afar.CONFIRMED),
        "rescue": Afar.ALLOWED,  # a word
        "name": Afar.ALLOWED,  # a short line, which is shown
    }
    assert {"/state/save", "/record/start"} <= texts.keys()


# --- subscribing ---------------------------------------------------------------------------------


def test_a_guest_is_a_subscriber_when_it_has_sent_back_its_token(
    guest: Guest, server: OscServer
) -> None:
    assert "subscribe first" in str(guest.send("/describe")[0].arguments[1])
    (asked,) = guest.send("/notify", 1)
    assert asked.address == CONFIRM
    assert server.notifier.count() == 0
    assert guest.send(CONFIRM, *asked.arguments) == []
    assert server.notifier.count() == 1
    assert guest.send("/notify", 1) == []  # subscribed again
    assert guest.send("/describe")[0].address == "/describe.reply"
    guest.send("/notify", 0)
    assert server.notifier.count() == 0


def test_the_token_goes_to_the_port_that_a_guest_names(guest: Guest, server: OscServer) -> None:
    (asked,) = guest.send("/notify", 1, 6000)
    assert guest.received[-1][0] == (ELSEWHERE[0], 6000)
    assert asked.arguments[1] == 6000
    guest.send("/ping")
    assert guest.received[-1][0] == ELSEWHERE  # until then answers go where it sends from
    guest.send(CONFIRM, *asked.arguments)
    guest.send("/ping")
    assert guest.received[-1][0] == (ELSEWHERE[0], 6000)
    assert server.notifier.count() == 1


def test_a_guest_keeps_its_choice(guest: Guest, server: OscServer) -> None:
    """Nothing is kept of it before it has confirmed: it is in what it sends back."""
    (asked,) = guest.send("/notify", 1, 6000, "events", "scope", 10)
    assert asked.arguments[1:] == (6000, "scope", "events", 10.0)
    assert guest.send(CONFIRM, *asked.arguments) == []
    assert guest.send("/notify", 1, 6000, "scope", "events", 10) == []
    (again,) = guest.send("/notify", 1, 6000, "scope")  # another choice has to be confirmed
    assert again.address == CONFIRM
    assert server.notifier.count() == 1


def test_tokens_are_for_one_place_and_a_short_time(
    guest: Guest, server: OscServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (asked,) = guest.send("/notify", 1)
    token = asked.arguments[0]
    assert isinstance(token, str)
    for wrong in ((token, 5001), ("t0123456789abcdef", 5000), (token[:-1], 5000), ("ä", 5000)):
        assert "wrong or expired token" in str(guest.send(CONFIRM, *wrong)[0].arguments[1])
    other = Guest(server, ("192.0.2.8", 5000))
    assert "wrong or expired token" in str(other.send(CONFIRM, *asked.arguments)[0].arguments[1])
    now_s = osc_guests.time.monotonic()
    monkeypatch.setattr(osc_guests.time, "monotonic", lambda: now_s + 121.0)
    assert "expired" in str(guest.send(CONFIRM, *asked.arguments)[0].arguments[1])
    assert server.notifier.count() == 0


def test_a_guest_has_to_confirm_again(
    guest: Guest, server: OscServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Datagrams in its name alone keep nothing going for ever."""
    (asked,) = guest.send("/notify", 1)
    guest.send(CONFIRM, *asked.arguments)
    now_s = [osc_subscribers.time.monotonic()]
    monkeypatch.setattr(osc_subscribers.time, "monotonic", lambda: now_s[0])
    answers: list[OscMessage] = []
    for _ in range(20):
        now_s[0] += 5.0
        answers += guest.send("/notify", 1)
        if server.notifier.count() == 0:
            break
    assert now_s[0] >= osc_guests.CONFIRMED_S
    assert {answer.address for answer in answers} == {CONFIRM}
    assert 5 <= len(answers) <= 12  # for a while before, in case some are lost
    assert server.notifier.count() == 0


# --- how much is answered ------------------------------------------------------------------------


def test_a_forged_address_is_sent_next_to_nothing(guest: Guest, server: OscServer) -> None:
    """The worst that somebody can have sent to another, by 4000 datagrams of every kind."""
    questions: list[tuple[str, tuple[Argument, ...]]] = [
        ("/notify", (1,)), ("/notify", (1, 6000)), ("/describe", ()), ("/status", ()),
        ("/ping", ()), ("/nothing", ()), ("/slot/1/gain/get", ()), ("/state/recall", ("x",)),
    ]  # fmt: skip
    for address, arguments in itertools.islice(itertools.cycle(questions), 4000):
        guest.send(address, *arguments)
    server.handle(encode_bundle([encode("/a")] * 3000), ELSEWHERE)
    assert guest.received_bytes() < guest.sent_bytes
    assert guest.received_bytes() < osc_guests.STRANGER_BYTES[0] * 3
    assert server.status()["withheld"] > 3000
    assert server.notifier.count() == 0


def test_many_forged_addresses_together_have_a_limit_too() -> None:
    budget = AnswerBudget()
    sent = sum(
        100 * budget.allows(f"192.0.{number // 256}.{number % 256}", 100, confirmed=False)
        for number in range(20_000)
    )
    assert sent < osc_guests.STRANGERS_BYTES[0] * 3
    assert len(budget._hosts) <= osc_guests.MAX_HOSTS


def test_a_subscriber_elsewhere_is_answered_in_full(guest: Guest) -> None:
    (asked,) = guest.send("/notify", 1)
    guest.send(CONFIRM, *asked.arguments)
    assert all(guest.send("/describe")[0].address == "/describe.reply" for _ in range(100))
    assert guest.received_bytes() > 10 * osc_guests.STRANGER_BYTES[0]


def test_handshakes_of_two_servers_differ() -> None:
    first, second = Handshake(), Handshake()
    token = first.token("192.0.2.7", 5000)
    assert first.is_good(token, "192.0.2.7", 5000)
    assert not second.is_good(token, "192.0.2.7", 5000)
