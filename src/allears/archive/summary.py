"""What a run did, in numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from allears.archive.hearer import Outcome

__all__ = ["Summary", "summary_of"]


@dataclass(frozen=True)
class Summary:
    """See the module.

    Attributes:
        num_clips: of the archive.
        num_known: that were done before.
        num_heard: in this run.
        num_failed: that could not be heard, in this run or before.
        audio_s: seconds heard in this run.
        compute_s: seconds of work of all workers.
        took_s: seconds of the run.
    """

    num_clips: int
    num_known: int
    num_heard: int
    num_failed: int
    audio_s: float
    compute_s: float
    took_s: float

    @property
    def real_time_factor(self) -> float:
        """Seconds of work a second of audio, of one worker."""
        return self.compute_s / self.audio_s if self.audio_s else 0.0

    @property
    def times_real_time(self) -> float:
        """Seconds of audio heard in a second of the run, by all workers together."""
        return self.audio_s / self.took_s if self.took_s else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        rates = {"real_time_factor": self.real_time_factor, "times_real_time": self.times_real_time}
        return {name: round(value, 4) for name, value in {**asdict(self), **rates}.items()}


def summary_of(
    outcomes: Iterable[Outcome], *, num_clips: int, num_known: int, num_failed_before: int, took_s: float
) -> Summary:
    """The numbers of a run, of the clips that it did and of those that were done before."""
    each = list(outcomes)
    counts = {status: sum(one.status == status for one in each) for status in ("heard", "failed", "known")}
    return Summary(
        num_clips=num_clips,
        num_known=num_known + counts["known"],
        num_heard=counts["heard"],
        num_failed=num_failed_before + counts["failed"],
        audio_s=sum(one.duration_s for one in each),
        compute_s=sum(one.compute_s for one in each),
        took_s=took_s,
    )
