from pathlib import Path

import numpy as np
import soundfile
from vad import on_grid, read_meeting

from allears.audio import SAMPLE_RATE
from allears.data.manifest import Clip


def test_frames_of_any_length_are_read_in_the_middle_of_10_ms() -> None:
    probabilities = np.arange(4) / 10
    assert on_grid(probabilities, 0.02, 8).tolist() == [0.0, 0.0, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3]
    assert on_grid(probabilities, 0.032, 4).tolist() == [0.0, 0.0, 0.0, 0.1]  # 5, 15, 25, 35 ms
    assert on_grid(probabilities, 0.02, 10)[-1] == probabilities[-1]  # past the last frame: the last one


def test_a_meeting_is_speech_where_anybody_speaks(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "m.wav", np.zeros(2 * SAMPLE_RATE), SAMPLE_RATE)
    lines = ["SPEAKER m 1 0.500 0.500 <NA> <NA> A <NA> <NA>", "SPEAKER m 1 0.900 0.300 <NA> <NA> B <NA> <NA>"]
    (tmp_path / "m.rttm").write_text("\n".join(lines))
    clip = Clip(id="m", audio=tmp_path / "m.wav", duration_s=2.0, labels={"rttm": "m.rttm"})
    speech = read_meeting(clip, tmp_path).is_speech
    assert (len(speech), speech.sum()) == (200, 70)
    assert speech[50:120].all()
