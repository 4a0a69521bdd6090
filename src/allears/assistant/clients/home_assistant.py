"""A home that Home Assistant runs, over its REST API.

In: names of things. Out: their state, or another state of theirs. Source: developers.home-assistant.io/docs/api/rest:
`GET /api/states`, `POST /api/services/<domain>/<service>`, a long-lived token in the header `Authorization`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from allears.assistant.web import Offline, Web
from allears.texts import plain_words

__all__ = ["Entity", "HomeAssistant"]

_DOMAINS = frozenset(("light", "switch", "fan", "cover", "climate", "media_player", "scene", "script", "sensor",
                      "binary_sensor", "input_boolean", "lock"))  # fmt: skip


@dataclass(frozen=True)
class Entity:
    """A thing of the home. `id`: such as `light.kitchen`; `name`: as people call it."""

    id: str
    name: str
    state: str
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        """What kind of thing it is."""
        return self.id.partition(".")[0]


class HomeAssistant:
    """See the module.

    Args:
        web: the way out, with the token.
        url: of the home, such as http://homeassistant.local:8123.
    """

    def __init__(self, web: Web, url: str) -> None:
        self._web, self._url = web, url.rstrip("/")

    def entities(self) -> list[Entity]:
        """All things that can be spoken of.

        Raises:
            Offline: the home does not answer.
        """
        answer = self._web.json(f"{self._url}/api/states")
        if not isinstance(answer, list):
            raise Offline("the home answered with something that is no list of states")
        return [_entity(one) for one in answer if str(one.get("entity_id", "")).partition(".")[0] in _DOMAINS]

    def find(self, name: str, domains: tuple[str, ...] = ()) -> Entity | None:
        """The thing of that name; of one of the domains, if any are given."""
        wanted = plain_words(name)
        of_kind = [entity for entity in self.entities() if not domains or entity.domain in domains]
        return next((entity for entity in of_kind if plain_words(entity.name) == wanted), None)

    def call(self, domain: str, service: str, entity_id: str, **data: Any) -> None:
        """Have the home do something with a thing."""
        self._web.json(f"{self._url}/api/services/{domain}/{service}", data={"entity_id": entity_id, **data})


def _entity(state: dict[str, Any]) -> Entity:
    attributes = state.get("attributes") or {}
    fallback = str(state["entity_id"]).partition(".")[2].replace("_", " ")
    name = str(attributes.get("friendly_name") or fallback)
    return Entity(str(state["entity_id"]), name, str(state.get("state", "unknown")), attributes)
