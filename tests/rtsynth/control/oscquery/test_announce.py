"""What other programs find in the network, here on loopback."""

import threading

import pytest
from zeroconf import ServiceBrowser, ServiceStateChange, Zeroconf

from rtsynth.control.oscquery.announce import OSC_TYPE, QUERY_TYPE, Announcement

pytestmark = pytest.mark.system


def test_both_ports_are_found_and_taken_back() -> None:
    changed = threading.Condition()
    ports: dict[str, int | None] = {}
    addresses: set[str] = set()

    def follow(
        zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        if not name.startswith("rtsynth "):
            return
        info = zeroconf.get_service_info(service_type, name, timeout=5000)
        with changed:
            if state_change is ServiceStateChange.Removed:
                ports.pop(service_type, None)
            elif info is not None and info.port in (21150, 21151):
                ports[service_type] = info.port
                addresses.update(info.parsed_addresses())
            changed.notify_all()

    with Zeroconf(interfaces=["127.0.0.1"]) as seeker:
        ServiceBrowser(seeker, [OSC_TYPE, QUERY_TYPE], handlers=[follow])
        announcement = Announcement("127.0.0.1", 21150, 21151)
        announcement.start()
        both = {OSC_TYPE: 21150, QUERY_TYPE: 21151}
        with changed:
            assert changed.wait_for(lambda: ports == both, 20.0), ports
            assert addresses == {"127.0.0.1"}
        announcement.stop()
        with changed:
            assert changed.wait_for(lambda: not ports, 20.0), ports
