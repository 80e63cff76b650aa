"""The settings of watching, and of where events are sent."""

from __future__ import annotations

from dataclasses import dataclass

from privity.settings.declare import setting


@dataclass(frozen=True, slots=True)
class Watch:
    """What looks for attacks in the log, and who is told. Own rules are in the folder `watch`."""

    on: bool = setting(
        default=True, doc="Ask the rules about the log while serving; needs the extra `watch`."
    )
    seconds: int = setting(10, "How often.", least=1, most=3600)
    hours: str = setting(
        "", "When the team works, such as `mon-fri 7-20`; empty: no hour is unusual."
    )
    zone: str = setting("UTC", "The time zone of those hours, such as `Europe/Berlin`.")
    merge_minutes: int = setting(
        60, "For how long the same rule about the same actor extends one alert.", least=1
    )
    honey: int = setting(
        0,
        "Honey people for each application and region, kept up while serving; 0: none are made.",
        most=10,
    )
    syslog: str = setting(
        "",
        "Receiver of events by syslog: `tls://HOST:PORT`; `tcp://` and `udp://` on loopback only.",
    )
    otlp: str = setting(
        "", "Receiver of events as OTLP logs: an `https:` URL ending in `/v1/logs`."
    )
    webhook: str = setting("", "Receiver of events by signed calls: an `https:` URL.")
    webhook_secret: str = setting(
        "", "Where the secret is that signs those calls: `env:NAME` or `file:PATH`."
    )
    authorities: str = setting("", "PEM file with the only authorities to trust for receivers.")

    @property
    def receivers(self) -> dict[str, str]:
        """The address of each receiver that is set, by name."""
        every = {"syslog": self.syslog, "otlp": self.otlp, "webhook": self.webhook}
        return {name: address for name, address in every.items() if address}
