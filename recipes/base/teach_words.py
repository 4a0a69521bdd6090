"""What a padded Whisper hears in LibriSpeech's 251 clips without text: the words the CTC head learns from.

    python recipes/base/teach_words.py      # $ALLEARS_WORK/ctc/taught.jsonl; again to go on after a stop

Needs faster-whisper with Whisper base as a CTranslate2 folder in $ALLEARS_WORK/ct2-base. Beam of 5.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from faster_whisper import WhisperModel

CORPUS = Path(os.environ["ALLEARS_DATA"]) / "librispeech-mini"
OUT = Path(os.environ["ALLEARS_WORK"]) / "ctc" / "taught.jsonl"


def main() -> None:
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.touch()
    done = {json.loads(line)["id"] for line in OUT.read_text(encoding="utf-8").splitlines()}
    whisper = WhisperModel(str(Path(os.environ["ALLEARS_WORK"]) / "ct2-base"), device="cpu", compute_type="int8")
    with open(OUT, "a", encoding="utf-8") as out:
        for line in (CORPUS / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["split"] != "train" or row["id"] in done:
                continue
            path = CORPUS / row["audio"]
            segments = list(whisper.transcribe(str(path), language="en", beam_size=5, without_timestamps=True)[0])
            row["text"] = " ".join(segment.text.strip() for segment in segments)
            row["teacher_logprob"] = min((segment.avg_logprob for segment in segments), default=-9.0)
            out.write(json.dumps({**row, "audio": str(path)}) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
