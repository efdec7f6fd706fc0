"""The engine in the network's list of services (zeroconf): `_osc._udp` and `_oscjson._tcp`."""

import logging
import socket
import threading

import ifaddr
from zeroconf import Error, ServiceInfo, Zeroconf

OSC_TYPE, QUERY_TYPE = "_osc._udp.local.", "_oscjson._tcp.local."

log = logging.getLogger("rtsynth")


class Announcement:
    """Announces an engine until it is stopped; from a thread, because it takes a second.

    Args:
        host: address at which it listens; 0.0.0.0 or :: is all.
        osc_port: UDP port of OSC.
        query_port: TCP port of OSCQuery.
    """

    def __init__(self, host: str, osc_port: int, query_port: int) -> None:
        everywhere = host in ("0.0.0.0", "::")
        self._interfaces = _addresses() if everywhere else [host]
        self._ports = {OSC_TYPE: osc_port, QUERY_TYPE: query_port}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._announce, name="zeroconf", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Take it back."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(5.0)

    def _announce(self) -> None:
        try:
            zeroconf = Zeroconf(interfaces=self._interfaces)
        except OSError as error:
            log.warning("not announced by zeroconf: %s", error)
            return
        try:
            for kind, port in self._ports.items():
                zeroconf.register_service(self._service(kind, port), allow_name_change=True)
            self._stopping.wait()
        except (Error, OSError) as error:
            log.warning("not announced by zeroconf: %s", error)
        finally:
            zeroconf.close()

    def _service(self, kind: str, port: int) -> ServiceInfo:
        machine = socket.gethostname().partition(".")[0] or "engine"
        return ServiceInfo(
            kind,
            f"rtsynth {machine[:40]}.{kind}",
            port=port,
            parsed_addresses=self._interfaces,
            server=f"{machine[:40]}-rtsynth-{port}.local.",
        )


def _addresses() -> list[str]:
    """The IPv4 addresses of this machine."""
    found = (ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips)
    return [address for address in found if isinstance(address, str)]
