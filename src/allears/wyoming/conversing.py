"""Texts on one connection: what is wanted, and what is done about it.

In: `transcript` (Home Assistant's way to ask for both) or `recognize`. Out: `handled` with the words to say; `intent`
where the client is to do it; else `not-recognized`. A text that was heard here a moment ago is not understood anew: its
command, its speaker and its mood are known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from wyoming.handle import Handled
from wyoming.intent import Entity, Intent, NotRecognized

from allears.assistant.heard import Heard
from allears.server.errors import ApiError
from allears.wyoming.fields import text
from allears.wyoming.house import House, Send
from allears.wyoming.mind import Mind, Thought

__all__ = ["Conversing"]

_NAME = re.compile(r"^\[[^\]\[]{1,80}\] ")
_NOT_CLEAR = "Sorry, I did not understand that."


class Conversing:
    """See the module.

    Args:
        house: that all connections share.
        send: a message to the client.
        client: who asks, where no conversation is named.
    """

    def __init__(self, house: House, send: Send, client: str) -> None:
        self._house, self._send, self._client = house, send, client

    async def transcript(self, data: dict[str, Any]) -> None:
        """Do what a text wants."""
        said, heard = self._known(data)
        mind, talk = self._mind(), self._talk(data)
        await self._tell(await self._house.think(lambda: mind.converse(said, talk, heard)))

    async def recognize(self, data: dict[str, Any]) -> None:
        """Say what a text wants; nothing is done."""
        said, heard = self._known(data)
        mind = self._mind()
        await self._tell(await self._house.think(lambda: mind.recognize(said, heard)))

    def _known(self, data: Mapping[str, Any]) -> tuple[str, Heard | None]:
        said = text(data, "text", self._house.options.max_text)
        if self._house.options.has_names:
            said = _NAME.sub("", said)
        return said, self._house.kept.take(said)

    def _mind(self) -> Mind:
        if self._house.mind is None:
            raise ApiError(501, "nobody understands texts here", code="no_mind", todo="pip install 'allears[commands]'")
        return self._house.mind

    def _talk(self, data: Mapping[str, Any]) -> str:
        context = data.get("context")
        named = context.get("conversation_id") if isinstance(context, dict) else None
        return str(named)[:200] if named else self._client

    async def _tell(self, thought: Thought) -> None:
        if thought.intent is not None:
            entities = [Entity(name, value) for name, value in thought.values.items()]
            await self._send(Intent(thought.intent, entities, thought.text or None).event())
        elif thought.text is not None:
            await self._send(Handled(thought.text).event())
        else:
            await self._send(NotRecognized(_NOT_CLEAR).event())
