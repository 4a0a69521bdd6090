"""The classical hybrid against PocketSphinx: digits said alone, prompts of a small vocabulary, and word times.

python benchmarks/hybrid.py --data DIR --out hybrid.json [--limit CLIPS]

Digits: spoken-digits, trained on its train split, wrong clips of its test split. Prompts: asterisk-prompts English,
trained on its train split (one voice), word error rate on its test split; the vocabulary is that of all its English
prompts, the bigram is counted on the train split alone, and both recognisers have the same bigram and lexicon (cmudict
as it comes with PocketSphinx; what is missing is guessed). Clips with numbers above nine in digits are left out.
PocketSphinx has its own acoustic model of English, and is not trained. Word times: the prompts' test split, starts of
the same words by the CTC head, by the DNN-HMMs and by PocketSphinx; nobody's are the truth.

With `--limit` every tenth clip is trained on, and at most that many are tested.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from allears.audio import load_clip
from allears.biasing.ngram import NGram
from allears.data.manifest import Clip
from allears.hybrid.aligned import read_text
from allears.hybrid.bigram import Bigram
from allears.hybrid.corpus import keyword_clips
from allears.hybrid.features import Kind, Listen, listener
from allears.hybrid.letters import align_letters
from allears.hybrid.lexicon import Lexicon
from allears.hybrid.phone_times import align_phones
from allears.hybrid.phones import PhoneModel
from allears.hybrid.recognise import phone_recogniser
from allears.hybrid.train_words import train_words
from allears.hybrid.training import PhoneOptions, Utterance, train_phones
from allears.runtime.model_folder import ModelFolder
from allears.runtime.parts import Parts
from common.corpora import clips_of
from common.run import Table, arguments, progress, run
from common.stats import bootstrap
from common.text import align, normaliser, pooled_wer
from peers import sphinx

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
GMM, NETWORKS = "GMM-HMM, a word each", {"encoder": "DNN-HMM, encoder", "mfcc": "DNN-HMM, MFCC"}
CTC = "CTC head"

Hear = Callable[[np.ndarray], str]


def measure(args: argparse.Namespace) -> dict[str, Any]:
    entries = Lexicon.read(sphinx.dictionary())
    folder = ModelFolder(args.model)
    parts = Parts(folder, args.threads)
    listen = {"encoder": listener("encoder", parts, folder.spec), "mfcc": listener("mfcc")}
    digits, rows = _digits(args, entries, listen)
    prompts, more, times = _prompts(args, entries, listen, folder, parts)
    tables: list[Table] = [
        {
            "title": "Classical recognisers", "columns": ["set", "clips", "system", "wrong (95 %), %", "ms a second"],
            "rows": rows + more,
            "notes": ["Digits: share of clips. Prompts: word error rate.",
                      "ms a second: of work for a second of sound, on one thread, the encoder included."],
        },
        {
            "title": "Starts of words, ms apart",
            "columns": ["pair", "words", "mean", "median", "90 % within", "first is later by"],
            "rows": [[pair, str(d["words"]), *(f"{d[k]:.0f}" for k in ("mean", "median", "most", "later"))]
                     for pair, d in times.items()],
            "notes": ["Nobody's times are the truth."],
        },
    ]  # fmt: skip
    return {"results": {"digits": digits, "prompts": prompts, "times": times}, "tables": tables}


def _digits(
    args: argparse.Namespace, entries: Lexicon, listen: Mapping[Kind, Listen]
) -> tuple[dict[str, Any], list[list[str]]]:
    train = clips_of(args.data, "spoken-digits", "train")[:: 1 if args.limit is None else 10]
    test = clips_of(args.data, "spoken-digits", "test")[:: 1 if args.limit is None else max(1, 300 // args.limit)]
    lexicon = entries.of(DIGITS)
    systems: dict[str, Hear] = {}
    if not args.peers_only:
        words = train_words(keyword_clips(train))
        systems[GMM] = lambda audio: words.classify(audio).label
        progress("digits: GMM-HMM trained")
        for kind, name in NETWORKS.items():
            model = _train(train, lexicon, kind, listen[kind])
            heard = phone_recogniser(model, listen[kind], words=DIGITS, lexicon=lexicon, is_single=True)
            systems[name] = lambda audio, hear=heard: hear(audio).text
            progress(f"digits: {name} trained")
    if not args.ours_only:
        systems[sphinx.NAME] = sphinx.Sphinx(lexicon.to_dict()).hear
    results, rows = {}, []
    for name, hear in systems.items():
        said, ms = _timed(hear, test)
        wrong = np.array([text != clip.labels["keyword"] for text, clip in zip(said, test, strict=True)])
        spread = bootstrap(lambda weights, w=wrong: float(np.average(w, weights=weights)), len(wrong), seed=args.seed)
        results[name] = {"wrong": asdict(spread), "clips": len(wrong), "ms_a_second": ms}
        rows.append(["spoken-digits test", str(len(wrong)), name, spread.percent(), f"{ms:.0f}"])
        progress(f"digits: {name}: {spread.percent()} % wrong")
    return results, rows


def _prompts(
    args: argparse.Namespace,
    entries: Lexicon,
    listen: Mapping[Kind, Listen],
    folder: ModelFolder,
    parts: Parts,
) -> tuple[dict[str, Any], list[list[str]], dict[str, Any]]:
    clips = {split: _spoken(args, split) for split in ("train", "dev", "test")}
    train, test = clips["train"][:: 1 if args.limit is None else 10], clips["test"][: args.limit]
    vocabulary = sorted({word for some in clips.values() for clip in some for word in _words(clip)})
    lexicon = entries.of(vocabulary)
    sentences = [_words(clip) for clip in clips["train"]]
    arpa = arpa_of(sentences, vocabulary)
    systems: dict[str, Hear] = {}
    models: dict[Kind, PhoneModel] = {}
    if not args.peers_only:
        bigram = Bigram.parse(arpa)
        for kind, name in NETWORKS.items():
            models[kind] = _train(train, lexicon, kind, listen[kind])
            heard = phone_recogniser(models[kind], listen[kind], words=vocabulary, lexicon=lexicon, bigram=bigram)
            systems[name] = lambda audio, hear=heard: hear(audio).text
            progress(f"prompts: {name} trained")
    peer = None if args.ours_only else sphinx.Sphinx(lexicon.to_dict(), arpa)
    if peer is not None:
        systems[sphinx.NAME] = peer.hear
    words, results, rows = normaliser(), {}, []
    for name, hear in systems.items():
        said, ms = _timed(hear, test)
        errors = [align(words(" ".join(_words(clip))), words(text)) for text, clip in zip(said, test, strict=True)]
        spread = bootstrap(lambda weights, e=errors: pooled_wer(e, weights), len(errors), seed=args.seed)
        results[name] = {"wer": asdict(spread), "clips": len(test), "ms_a_second": ms}
        rows.append(["asterisk en test", str(len(test)), name, spread.percent(), f"{ms:.0f}"])
        progress(f"prompts: {name}: {spread.percent()} % wrong")
    results["vocabulary"] = len(vocabulary)
    return results, rows, {} if not models else _times(test, models, listen, folder, parts, peer, lexicon)


def _times(
    clips: Sequence[Clip],
    models: Mapping[Kind, PhoneModel],
    listen: Mapping[Kind, Listen],
    folder: ModelFolder,
    parts: Parts,
    peer: sphinx.Sphinx | None,
    lexicon: Lexicon,
) -> dict[str, Any]:
    """Pair of aligners -> how far apart they put the starts of words, ms."""
    starts: dict[str, list[float]] = {}
    for clip in clips:
        audio, text = load_clip(clip), " ".join(_words(clip))
        found = {CTC: [w.start_s for w in align_letters(audio, text, parts, folder.spec).words]}
        for kind, model in models.items():
            result = align_phones(audio, text, model, listen[kind], lexicon=lexicon)
            found[NETWORKS[kind]] = [w.start_s for w in result.words]
        if peer is not None:
            found[sphinx.NAME] = [start for _, start in peer.align(audio, text)]
        if len({len(some) for some in found.values()}) > 1:
            progress(f"times: {clip.id} is left out, the aligners found {[len(some) for some in found.values()]} words")
            continue
        for name, some in found.items():
            starts.setdefault(name, []).extend(some)
    names = list(starts)
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    return {f"{a} / {b}": _apart(starts[a], starts[b]) for a, b in pairs}


def _apart(one: Sequence[float], other: Sequence[float]) -> dict[str, float]:
    later = 1000 * (np.array(one) - np.array(other))
    ms = np.abs(later)
    return {"words": len(ms), "mean": float(ms.mean()), "median": float(np.median(ms)),
            "most": float(np.quantile(ms, 0.9)), "later": float(later.mean())}  # fmt: skip


def _train(clips: Sequence[Clip], lexicon: Lexicon, kind: Kind, listen: Listen) -> PhoneModel:
    begun = time.process_time()
    utterances = [Utterance(*listen(load_clip(clip)), tuple(_words(clip))) for clip in clips]
    heard_s = time.process_time() - begun
    model = train_phones(utterances, lexicon, features=kind, options=PhoneOptions())
    progress(f"{kind}: heard in {heard_s:.0f} s, trained in {time.process_time() - begun - heard_s:.0f} s of one core")
    return model


def _timed(hear: Hear, clips: Sequence[Clip]) -> tuple[list[str], float]:
    """What was said, and ms of CPU time for a second of sound."""
    audios = [load_clip(clip) for clip in clips]
    begun = time.process_time()
    said = [hear(audio) for audio in audios]
    return said, 1000 * (time.process_time() - begun) / (sum(map(len, audios)) / 16_000)


def _spoken(args: argparse.Namespace, split: str) -> list[Clip]:
    """English prompts whose text can be read word by word."""
    clips = [c for c in clips_of(args.data, "asterisk-prompts", split, language="en") if "text" in c.labels]
    kept = [clip for clip in clips if not re.search(r"\d", " ".join(_words(clip))) and _words(clip)]
    progress(
        f"prompts, {split}: {len(clips) - len(kept)} of {len(clips)} clips are left out, they have numbers in digits"
    )
    return kept


def _words(clip: Clip) -> list[str]:
    """Plain words, single digits as they are said."""
    text = re.sub(r"(?<!\d)\d(?!\d)", lambda found: f" {DIGITS[int(found[0])]} ", str(clip.labels["text"]))
    return [word for one in read_text(text) for word in one.plain] if re.search(r"\w", text) else []


def arpa_of(sentences: Sequence[Sequence[str]], vocabulary: Sequence[str]) -> str:
    """A bigram as an ARPA file: interpolated Witten-Bell, which backs off with what it interpolates with."""
    start, end, rare = "<s>", "</s>", "\0"
    model = NGram.count(([*words, end] for words in sentences), order=2)
    alone = NGram.count(([*words, end] for words in sentences), order=1)
    pairs = sorted({pair for words in sentences for pair in zip([start, *words], [*words, end], strict=True)})

    def after(word: str, before: str) -> float:
        return model.logprob(word, () if before == start else (before,))

    singles = [f"-99 {start} {_log10(after(rare, start) - alone.logprob(rare, ()))}"]
    for word in [*vocabulary, end]:
        backoff = "" if word == end else _log10(after(rare, word) - alone.logprob(rare, ()))
        singles.append(f"{_log10(alone.logprob(word, ()))} {word} {backoff}".rstrip())
    doubles = [f"{_log10(after(word, before))} {before} {word}" for before, word in pairs]
    head = ["\\data\\", f"ngram 1={len(singles)}", f"ngram 2={len(doubles)}", "", "\\1-grams:"]
    return "\n".join([*head, *singles, "", "\\2-grams:", *doubles, "", "\\end\\", ""])


def _log10(nats: float) -> str:
    return f"{nats / np.log(10):.5f}"


if __name__ == "__main__":
    run("hybrid", arguments(__doc__ or "").parse_args(), measure)
