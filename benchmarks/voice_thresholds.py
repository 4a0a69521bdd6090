"""From which similarity on a voice may be taken for an enrolled one, and from which on it is: open-set identification.

python benchmarks/voice_thresholds.py --data DIR --ours-only --out voice_thresholds.json

speechocean762-train (no test set): 60 speakers, 3 whole clips to enrol; 2 to be heard, of each its first 1.5 s of
speech in noise (train) at 10 dB. Households of 4 are drawn; a clip is of a member, or of a speaker who is in none. A
clip is a match where the nearest voice is above the model's own threshold and the next voice is `margin` further off,
unknown where it is below `threshold - width`, else a borderline. `margin` is the smallest with which a member is
taken for another one in at most 0.2 % of clips; `width` the largest with which at most one clip in ten of a stranger
is a borderline: more would be a question too many. They are written to `src/allears/runtime/open_set.json`. The
speaker head was trained on these speakers: whole clean clips would need no borderline at all (both numbers 0), which
is why those that are heard here are short and noisy.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from common.corpora import balanced, clips_of
from common.run import Table, arguments, progress, run
from peers.ours import session

SPEAKERS, ENROLLED, HEARD = 60, 3, 2
HOUSEHOLD, DRAWS = 4, 400
HEARD_S, SNR_DB = 1.5, 10.0
MISTAKEN, ASKED = 0.002, 0.1  # of a member's clips, of a stranger's, at most
OUT = Path(__file__).parents[1] / "src" / "allears" / "runtime" / "open_set.json"


def measure(args: argparse.Namespace) -> dict[str, Any]:
    vectors, threshold = _vectors(args)
    members, strangers = _trials(vectors, args.seed)
    grid = np.arange(0.0, 0.31, 0.01)
    margin = next((float(m) for m in grid if _mistaken(members, threshold, float(m)) <= MISTAKEN), float(grid[-1]))
    sweep = {f"{w:.2f}": [_shares(who, threshold, margin, float(w)) for who in (members, strangers)] for w in grid}
    width = max(float(w) for w, (_, strange) in sweep.items() if strange["unsure"] <= ASKED)
    found = {
        "threshold": threshold,
        "margin": round(margin, 2),
        "width": round(width, 2),
        "members": _shares(members, threshold, margin, width),
        "strangers": _shares(strangers, threshold, margin, width),
        "speakers": len(vectors),
        "trials": [len(members), len(strangers)],
        "by_width": sweep,
    }
    OUT.write_text(json.dumps({"margin": found["margin"], "width": found["width"]}) + "\n")
    table: Table = {
        "title": "Open-set identification in households of 4 (speakers of the training data)",
        "columns": ["who speaks", "match", "another one", "unsure", "unknown"],
        "rows": [[who, *(f"{100 * found[who][k]:.1f} %" for k in ("right", "wrong", "unsure", "unknown"))]
                 for who in ("members", "strangers")],
        "notes": [f"match from {threshold:g} on with a margin of {margin:.2f}, unknown below {threshold - width:.2f}"],
    }  # fmt: skip
    return {"results": found, "tables": [table]}


def _vectors(args: argparse.Namespace) -> tuple[dict[str, np.ndarray], float]:
    """Speaker -> (clips, E); and the model's threshold."""
    clips = [c for c in clips_of(args.data, "speechocean762-train", "train") if (c.duration_s or 0.0) >= 2.0]
    speakers = sorted({c.labels["speaker"] for c in clips})
    chosen = set(random.Random(args.seed).sample(speakers, min(args.limit or SPEAKERS, len(speakers))))
    picked = balanced(
        [c for c in clips if c.labels["speaker"] in chosen],
        len(chosen) * (ENROLLED + HEARD),
        lambda c: c.labels["speaker"],
        seed=args.seed,
    )
    ours = session(args, ["speaker"])
    assert ours is not None, "there is no peer: leave --peers-only out"
    noises = [load_clip(clip) for clip in clips_of(args.data, "noise", "train")[::5]]
    found: dict[str, list[np.ndarray]] = {}
    for number, clip in enumerate(picked):
        if number % 50 == 0:
            progress(f"{number} of {len(picked)} clips")
        rows = found.setdefault(clip.labels["speaker"], [])
        audio = load_clip(clip)
        heard = ours.hear(audio if len(rows) < ENROLLED else _at_home(audio, noises[number % len(noises)])).speaker
        assert heard is not None
        rows.append(heard.vector)
    whole = {name: np.stack(rows) for name, rows in found.items() if len(rows) == ENROLLED + HEARD}
    return whole, float(ours.spec.task("speaker").decode.get("threshold", 0.5))


def _at_home(audio: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The first seconds from where it is loud, in noise."""
    begin = int(np.argmax(np.abs(audio) > 0.1 * np.abs(audio).max()))
    speech = audio[begin : begin + round(HEARD_S * SAMPLE_RATE)]
    under = np.resize(noise, len(speech))
    level = np.sqrt(np.mean(speech**2) / max(float(np.mean(under**2)), 1e-12)) * 10 ** (-SNR_DB / 20)
    return (speech + level * under).astype(np.float32)


def _trials(vectors: dict[str, np.ndarray], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(N, 3) similarity to the nearest voice, to the next one, and whether the nearest is the speaker's."""
    rng, names = random.Random(seed), sorted(vectors)
    members, strangers = [], []
    for _ in range(DRAWS):
        *household, stranger = rng.sample(names, HOUSEHOLD + 1)
        voices = np.stack([_unit(vectors[name][:ENROLLED].mean(axis=0)) for name in household])
        for row, name in enumerate(household):
            members += [_trial(voices, clip, row) for clip in vectors[name][ENROLLED:]]
        strangers += [_trial(voices, clip, -1) for clip in vectors[stranger][ENROLLED:]]
    return np.array(members), np.array(strangers)


def _trial(voices: np.ndarray, clip: np.ndarray, owner: int) -> tuple[float, float, float]:
    alike = voices @ clip
    order = np.argsort(-alike)
    return float(alike[order[0]]), float(alike[order[1]]), float(order[0] == owner)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def _is_match(trials: np.ndarray, threshold: float, margin: float) -> np.ndarray:
    return (trials[:, 0] >= threshold) & (trials[:, 0] - trials[:, 1] >= margin)


def _mistaken(trials: np.ndarray, threshold: float, margin: float) -> float:
    return float(np.mean(_is_match(trials, threshold, margin) & (trials[:, 2] == 0)))


def _shares(trials: np.ndarray, threshold: float, margin: float, width: float) -> dict[str, float]:
    match, unknown = _is_match(trials, threshold, margin), trials[:, 0] < threshold - width
    shares = {
        "right": match & (trials[:, 2] == 1),
        "wrong": match & (trials[:, 2] == 0),
        "unsure": ~match & ~unknown,
        "unknown": unknown,
    }
    return {name: round(float(np.mean(is_so)), 4) for name, is_so in shares.items()}


if __name__ == "__main__":
    run("voice_thresholds", arguments(__doc__ or "").parse_args(), measure)
