"""Every other machine that any part of allears could ever speak to, for `allears doctor`.

In: what the parts declare. Out: part -> hosts, and when. Nothing is asked. A part that is to speak to another machine
has to declare it: a skill in `Skill.hosts`, which its client holds it to; others here.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Outbound", "outbound"]


@dataclass(frozen=True)
class Outbound:
    """Hosts that a part asks.

    Attributes:
        part: of allears.
        hosts: names or addresses; with a port where it is not that of the web.
        when: it does.
    """

    part: str
    hosts: tuple[str, ...]
    when: str


def outbound() -> list[Outbound]:
    """All there are, with the user's settings.

    Raises:
        ValueError: settings that cannot be used.
    """
    from allears.assistant.build import declared_hosts
    from allears.wyoming.mdns import MULTICAST

    skills = [
        Outbound(f"skill {name}", hosts, "when it is asked, by `chat`, or by `serve --wyoming --skill`")
        for name, hosts in declared_hosts().items()
    ]
    return [
        *skills,
        Outbound("mdns", (MULTICAST,), "with `serve --mdns`, to the local network alone: this machine's name and port"),
        Outbound("ray", ("the cluster of --ray-address",), "if given: names of clips, and numbers"),
    ]
