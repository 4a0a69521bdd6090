"""What a user's words and corrections change: unusual names heard right, and words wrong in ordinary sentences.

python benchmarks/user_words.py --data DIR --ours-only --out user_words.json

Names, most of other languages, in English sentences, said by two voices of espeak-ng (a program of its own) as they
sound; and ordinary sentences in which words sound like some of them. What is given: nothing; the names; the names and
how they sound; corrections of other sentences by the same voices, and nothing else. The decoder is told that it hears
English.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from allears.audio import read_audio
from allears.decode.answers import Segment, Transcript
from allears.personal import Correction, Lexicon, UserWord
from allears.personal.expecting import expected
from allears.personal.learned import phrases_of, rules_of
from allears.personal.rules import apply_rules
from allears.texts import plain_words
from biasing import LANGUAGE, Listener
from common.run import Table, arguments, progress, run
from common.text import align, normaliser, pooled_wer

NAMES = {  # as it is written: as espeak-ng's English voices say it right, as a user would spell it by ear
    "Szabó Ágnes": ("Sahbo Ahgnesh", "sabo agnesh"),
    "Csíkszereda": ("Cheeksehreda", "cheek sereda"),
    "Nguyễn Thảo": ("Nwin Tau", "nwin tao"),
    "Siobhán": ("Shivawn", "shivon"),
    "Łódź": ("Wootch", "woodge"),
    "Dvořák": ("Dvorzhahk", "dvorjak"),
    "Kecskemét": ("Kechkehmait", "ketch kemate"),
    "Xochitl": ("Sohcheel", "so cheel"),
    "Bronwen Gwilym": ("Bronwen Gwillim", "bronwen gwillim"),
    "Reykjavík": ("Raykyaveek", "rake ya vik"),
    "Thaxted": ("Thaxted", "thakstid"),
    "Ottoline Marchbanks": ("Ottoline Marchbanks", "otterlin march banks"),
    "Kowalczyk": ("Kovahlchik", "kovalchik"),
    "Ngozi Okafor": ("Ngohzee Okahfor", "ngozey okafor"),
}
CORRECTED = "Please call {} this afternoon."  # the sentences that are corrected
HEARD = "I will meet {} tomorrow morning."
ORDINARY = (
    "She was a bit cheeky and sat on the sofa.",
    "We saw a beautiful wooden watch in the shop.",
    "The witch would not wait any longer for the show.",
    "So she will see the river on the way home.",
    "He took the rake out of the garage again.",
    "They catch the morning train every day.",
    "Shiver if you must, but put the coat on.",
    "I brought them bread, wine and some cheese.",
    "The savage dog ran across the yard.",
    "Now in town there is a new theatre.",
)
VOICES = ("en-us", "en-gb")
CONDITIONS = ("nothing", "names", "names and how they sound", "corrections")


def measure(args: argparse.Namespace) -> dict[str, Any]:
    listener = Listener(args.model, args.threads)
    with tempfile.TemporaryDirectory() as folder:
        said = {(text, voice): _say(text, voice, Path(folder)) for voice in VOICES for text in _spoken()}
    heard = {}
    for number, (key, audio) in enumerate(said.items()):
        if number % 20 == 0:
            progress(f"{number} of {len(said)} clips")
        heard[key] = listener.hear(audio)
    texts = {key: listener.text(*both, None).strip() for key, both in heard.items()}
    lexicons = _lexicons(texts)
    results: dict[str, Any] = {}
    for condition, lexicon in lexicons.items():
        found = {}
        for key, both in heard.items():
            text = listener.text(*both, expected(lexicon, None)).strip()
            transcript = Transcript((Segment(0.0, 1.0, text),), LANGUAGE)
            found[key] = apply_rules(transcript, lexicon.rules_for()).text
        results[condition] = _score(found)
    table: Table = {
        "title": "A user's words",
        "columns": ["given", "names heard", "WER, sentences with names", "WER, ordinary sentences"],
        "rows": [
            [name, f"{r['names']} of {r['num_names']}", *(f"{100 * r[k]:.1f} %" for k in ("wer_names", "wer_ordinary"))]
            for name, r in results.items()
        ],
        "notes": [f"{len(VOICES)} voices of espeak-ng, which nobody took for people"],
    }
    rules = [[rule.heard, rule.written] for rule in lexicons["corrections"].rules]
    return {"results": results | {"rules": rules}, "tables": [table]}


def _spoken() -> list[str]:
    named = [pattern.format(said) for said, _ in NAMES.values() for pattern in (CORRECTED, HEARD)]
    return [*named, *ORDINARY]


def _say(text: str, voice: str, folder: Path) -> np.ndarray:
    path = folder / "said.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", str(path), text], check=True, capture_output=True)
    return read_audio(path)


def _lexicons(texts: dict[tuple[str, str], str]) -> dict[str, Lexicon]:
    corrections = [
        Correction(f"{name} {voice}", CORRECTED.format(name), texts[CORRECTED.format(by_ear), voice], LANGUAGE)
        for name, (by_ear, _) in NAMES.items()
        for voice in VOICES
    ]
    return {
        "nothing": Lexicon(),
        "names": Lexicon(tuple(UserWord(name) for name in NAMES)),
        "names and how they sound": Lexicon(tuple(UserWord(name, (ear,)) for name, (_, ear) in NAMES.items())),
        "corrections": Lexicon((), phrases_of(corrections), rules_of(corrections)),
    }


def _score(found: dict[tuple[str, str], str]) -> dict[str, Any]:
    normalise = normaliser()
    named, hits = [], 0
    for name, (said, _) in NAMES.items():
        for voice in VOICES:
            text = found[HEARD.format(said), voice]
            hits += f" {plain_words(name)} " in f" {plain_words(text)} "
            named.append(align(normalise(HEARD.format(name)), normalise(text)))
    ordinary = [align(normalise(text), normalise(found[text, voice])) for text in ORDINARY for voice in VOICES]
    return {
        "names": hits,
        "num_names": len(named),
        "wer_names": round(pooled_wer(named, np.ones(len(named))), 4),
        "wer_ordinary": round(pooled_wer(ordinary, np.ones(len(ordinary))), 4),
        "heard": [found[HEARD.format(said), VOICES[0]] for said, _ in NAMES.values()],
    }


if __name__ == "__main__":
    run("user_words", arguments(__doc__ or "").parse_args(), measure)
