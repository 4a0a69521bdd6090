"""How a stream is heard: how often, how far ahead, when an utterance is over."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from allears.runtime.endpoint import EndpointOptions

__all__ = ["StreamOptions"]


@dataclass(frozen=True)
class StreamOptions:
    """Options of a stream; docs/streaming.md has what the values were chosen by.

    Attributes:
        endpoint: when an utterance begins and is over.
        hop_s: new audio after which it is looked whether somebody speaks. All else happens at such moments, too.
        window_s: of the latest audio, heard for that.
        lookahead_s: a frame is judged when so much audio after it is there.
        preroll_s: audio before an utterance that is heard with it.
        partial_every_s: new audio after which the words so far are read again; 0 for no partial results.
        edge_s: a word that ends nearer to the newest audio is not stable yet.

    Raises:
        ValueError: a negative length, or no hop or window.
    """

    endpoint: EndpointOptions = field(default_factory=EndpointOptions)
    hop_s: float = 0.12
    window_s: float = 0.9
    lookahead_s: float = 0.08
    preroll_s: float = 0.3
    partial_every_s: float = 0.3
    edge_s: float = 0.2

    def __post_init__(self) -> None:
        for name in (f.name for f in fields(self) if f.name != "endpoint"):
            value = getattr(self, name)
            if not 0 <= value <= 10:
                raise ValueError(f"{name} must be 0 to 10 s, got {value}: leave it out for {type(self).__dict__[name]}")
        if self.hop_s < 0.02 or self.window_s < self.hop_s + self.lookahead_s:
            raise ValueError(
                f"hop_s must be 0.02 or more, and window_s as long as hop_s + lookahead_s, got {self.hop_s}, "
                f"{self.window_s} and {self.lookahead_s}: make the window longer"
            )
