"""How the Wyoming port is run: where it listens, when a command is over, how much it takes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["WyomingOptions"]


@dataclass(frozen=True)
class WyomingOptions:
    """Options of the Wyoming port.

    Attributes:
        end_s: silence that ends a command, seconds; None where the client says when it is over.
        has_names: whether a transcript begins with who said it: `[Ann] turn on the light`.
        keep_s: what was heard of an utterance is known so long to the conversation that follows it, seconds.
        num_connections: open at the same time; above, one is told so and let go.
        idle_s: a connection on which nothing comes for so long is closed, seconds.
        message_s: a message that began must be whole after so long, and one of ours be taken, seconds.
        max_text: letters of a text to understand or to speak.

    Raises:
        ValueError: a number that cannot be.
    """

    end_s: float | None = 0.8
    has_names: bool = False
    keep_s: float = 60.0
    num_connections: int = 64
    idle_s: float = 600.0
    message_s: float = 20.0
    max_text: int = 4096

    def __post_init__(self) -> None:
        if self.end_s is not None and not 0.2 <= self.end_s <= 5:
            raise ValueError(
                f"the silence that ends a command must be 0.2 to 5 s, got {self.end_s}: 0.8 is usual, and 0 leaves the "
                "end to the client"
            )
        for name in ("keep_s", "num_connections", "idle_s", "message_s", "max_text"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be more than 0, got {getattr(self, name)}: leave it out")
