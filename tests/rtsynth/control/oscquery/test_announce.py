"""What other programs find in the network, here on loopback."""

import time

import pytest
from zeroconf import ServiceBrowser, ServiceStateChange, Zeroconf

from rtsynth.control.oscquery.announce import OSC_TYPE, QUERY_TYPE, Announcement

pytestmark = [pytest.mark.system, pytest.mark.measure, pytest.mark.alone]
PATIENCE_S = 60.0  # what is asked for in the network may be lost, and is asked for again
PORTS = {OSC_TYPE: 21150, QUERY_TYPE: 21151}


def test_both_ports_are_found_and_taken_back() -> None:
    names: dict[str, str] = {}

    def follow(
        zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        if name.startswith("rtsynth "):
            if state_change is ServiceStateChange.Removed:
                names.pop(service_type, None)
            else:
                names[service_type] = name

    with Zeroconf(interfaces=["127.0.0.1"]) as seeker:
        ServiceBrowser(seeker, [OSC_TYPE, QUERY_TYPE], handlers=[follow])
        announcement = Announcement("127.0.0.1", PORTS[OSC_TYPE], PORTS[QUERY_TYPE])
        announcement.start()
        found: dict[str, tuple[int | None, list[str]]] = {}
        end_s = time.monotonic() + PATIENCE_S
        while len(found) < len(PORTS) and time.monotonic() < end_s:
            for service_type, name in list(names.items()):
                info = seeker.get_service_info(service_type, name, timeout=1000)
                if info is not None:
                    found[service_type] = info.port, info.parsed_addresses()
            time.sleep(0.05)
        assert found == {kind: (port, ["127.0.0.1"]) for kind, port in PORTS.items()}
        announcement.stop()
        end_s = time.monotonic() + PATIENCE_S
        while names and time.monotonic() < end_s:
            time.sleep(0.05)
        assert not names
