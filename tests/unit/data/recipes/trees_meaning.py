"""Tiny trees of corpora of emotions, keywords, intents and slots, as they lie on disk after unpacking."""

from __future__ import annotations

import json
from pathlib import Path

from allears.data.recipes._splits import hashed_split
from tests.unit.data.recipes.tree import Tree, tones, write

__all__ = ["TREES"]


def _crema_d(root: Path) -> None:
    tones(root, "CREMA-D/AudioWAV/1001_DFA_ANG_XX.wav", "CREMA-D/AudioWAV/1002_IEO_HAP_HI.wav",
          "CREMA-D/AudioWAV/readme.wav")  # fmt: skip
    write(root, {"CREMA-D/VideoDemographics.csv": "ActorID,Age,Sex,Race,Ethnicity\n1001,51,Male,Caucasian,Not\n"})


def _ravdess(root: Path) -> None:
    tones(root, "Audio_Speech_Actors_01-24/Actor_01/03-01-03-01-01-01-01.wav",
          "Audio_Song_Actors_01-24/Actor_24/03-02-05-02-02-02-24.wav", "Actor_01/03-01-03-01-01-01.wav")  # fmt: skip


def _emodb(root: Path) -> None:
    tones(root, "wav/03a01Fa.wav", "wav/14b03Wb.wav", "wav/99a01Fa.wav")


def _iemocap(root: Path) -> None:
    top = "IEMOCAP_full_release"
    wavs = f"{top}/Session5/sentences/wav/Ses05F_impro01"
    tones(root, f"{wavs}/Ses05F_impro01_F000.wav", f"{wavs}/Ses05F_impro01_M000.wav")
    turn = "[6.2901 - 8.2357]\tSes05F_impro01_{}\t{}\t[2.5000, 3.0000, 2.0000]\nC-E2:\tNeutral;\t()\n\n"
    dialog = f"{top}/Session5/dialog"
    write(root, {
        f"{dialog}/EmoEvaluation/Ses05F_impro01.txt": "% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]\n\n"
        + turn.format("F000", "exc") + turn.format("M000", "xxx") + turn.format("M001", "neu"),
        f"{dialog}/transcriptions/Ses05F_impro01.txt": "Ses05F_impro01_F000 [006.2901-008.2357]: Excuse me.\n",
    })  # fmt: skip


def _fsc(root: Path) -> None:
    top = "fluent_speech_commands_dataset"
    tones(root, f"{top}/wavs/speakers/2Bq/0a31.wav")
    head = ",path,speakerId,transcription,action,object,location\n"
    write(root, {
        f"{top}/data/train_data.csv": head + '0,wavs/speakers/2Bq/0a31.wav,2Bq,"Lights, on",activate,lights,none\n',
        f"{top}/data/valid_data.csv": head + "0,wavs/speakers/2Bq/gone.wav,2Bq,Off,deactivate,lights,none\n",
        f"{top}/data/speaker_demographics.csv": "speakerId,Self-reported fluency level ,First Language spoken,"
        "Current language used for work/school,gender,ageRange\n2Bq,native,English (US),English (US),male,22-40\n",
    })  # fmt: skip


def _slurp(root: Path) -> None:
    tones(root, "audio/slurp_real/audio-1.flac", "audio/slurp_real/audio-1-headset.flac")
    row = {
        "slurp_id": 1, "sentence": "wake me at nine am", "sentence_annotation": "wake me at [time : nine am]",
        "intent": "alarm_set", "action": "set", "scenario": "alarm",
        "recordings": [{"file": "audio-1.flac", "wer": 0.0}, {"file": "audio-1-headset.flac", "wer": 0.0}],
    }  # fmt: skip
    people = {"1": {"recordings": {"audio-1.flac": {"usrid": "UID-1"}}}}
    write(root, {
        "dataset/slurp/train.jsonl": json.dumps(row) + "\n", "dataset/slurp/devel.jsonl": "",
        "dataset/slurp/metadata.json": json.dumps(people),
    })  # fmt: skip


def _snips_slu(root: Path) -> None:
    top = "smart-lights-en-close-field"
    tones(root, f"{top}/speech_corpus/audio/0.wav", f"{top}/speech_corpus/audio/1.wav")
    said = [{"text": "Dim the "}, {"text": "kitchen", "slot_name": "room", "entity": "house_room"}]
    people = {
        "0": {"filename": "0.wav", "text": "Dim the kitchen\n", "worker": {"id": "w1", "gender": "Female", "age": 30}},
        "1": {"filename": "1.wav", "text": "Hello", "worker": {"id": "w2"}},
    }
    write(root, {
        f"{top}/dataset.json": json.dumps({"intents": {"DecreaseBrightness": {"utterances": [{"data": said}]}}}),
        f"{top}/speech_corpus/metadata.json": json.dumps(people),
    })  # fmt: skip


def _text(root: Path) -> None:
    write(root, {
        "train/seq.in": "fly to new york\nhello there \n", "train/seq.out": "O O B-city I-city\nO\n",
        "train/label": "flight\nnone\n", "valid/seq.in": "boston\n", "valid/seq.out": "B-city\n",
        "valid/label": "flight\n",
    })  # fmt: skip


def _snips_nlu(root: Path) -> None:
    top = "2017-06-custom-intent-engines/GetWeather"
    said = [{"text": "is it hot in  "}, {"text": "New York ", "entity": "city"}, {"text": " today"}]
    rows = json.dumps({"GetWeather": [{"data": said}]}, ensure_ascii=False)
    write(root, {f"{top}/validate_GetWeather.json": rows})
    latin = json.dumps({"GetWeather": [{"data": [{"text": "caf\u00e9", "entity": "poi"}]}]}, ensure_ascii=False)
    (root / f"{top}/train_GetWeather_full.json").write_bytes(latin.encode("latin-1"))
    write(root, {"2017-06-custom-intent-engines/RateBook/train_RateBook_full.json": '{"RateBook": []}'})


def _speech_commands(root: Path) -> None:
    top = "speech_commands_v0.02"
    tones(root, f"{top}/yes/0a7c_nohash_0.wav", f"{top}/no/0a7c_nohash_1.wav", f"{top}/_background_noise_/tap.wav",
          f"{top}/no/odd.wav")  # fmt: skip
    write(root, {f"{top}/validation_list.txt": "no/0a7c_nohash_1.wav\n", f"{top}/testing_list.txt": "up/x.wav\n"})


_IEMO = "IEMOCAP_full_release/Session5/sentences/wav/Ses05F_impro01/Ses05F_impro01_{}.wav"
_VAD = {"valence": 2.5, "activation": 3.0, "dominance": 2.0}
_NINE = [{"slot": "time", "value": "nine am", "start": 11, "end": 18}]
_CITY = [{"slot": "city", "value": "new york", "start": 7, "end": 15}]
_SLURP = {"split": "train", "text": "wake me at nine am", "language": "en", "intent": "alarm_set",
          "scenario": "alarm", "action": "set", "slots": _NINE}  # fmt: skip


def _text_tree(name: str) -> Tree:
    boston = [{"slot": "city", "value": "boston", "start": 0, "end": 6}]
    return Tree(
        _text,
        sentences={
            f"{name}-train-00001": {"text": "fly to new york", "split": "train", "language": "en",
                                    "intent": "flight", "slots": _CITY},
            f"{name}-dev-00001": {"text": "boston", "split": "dev", "language": "en", "intent": "flight",
                                  "slots": boston},
        },
        skipped={"a sentence with another number of tags": 1},
    )  # fmt: skip


TREES = {
    "crema-d": Tree(
        _crema_d,
        {
            "1001_DFA_ANG_XX": {"audio": "CREMA-D/AudioWAV/1001_DFA_ANG_XX.wav", "split": hashed_split("1001"),
                                "text": "Don't forget a jacket.", "language": "en", "speaker": "1001",
                                "emotion": "anger", "sentence_id": "DFA", "gender": "male", "age": 51},
            "1002_IEO_HAP_HI": {"audio": "CREMA-D/AudioWAV/1002_IEO_HAP_HI.wav", "split": hashed_split("1002"),
                                "text": "It's eleven o'clock.", "language": "en", "speaker": "1002",
                                "emotion": "happiness", "intensity": "high", "sentence_id": "IEO"},
        },
        skipped={"a name that is not ACTOR_SENTENCE_EMOTION_LEVEL": 1},
    ),
    "ravdess": Tree(
        _ravdess,
        {
            "03-01-03-01-01-01-01": {
                "audio": "Audio_Speech_Actors_01-24/Actor_01/03-01-03-01-01-01-01.wav", "split": "train",
                "text": "Kids are talking by the door.", "language": "en", "speaker": "01", "gender": "male",
                "emotion": "happiness", "intensity": "normal", "channel": "speech"},
            "03-02-05-02-02-02-24": {
                "audio": "Audio_Song_Actors_01-24/Actor_24/03-02-05-02-02-02-24.wav", "split": "test",
                "text": "Dogs are sitting by the door.", "language": "en", "speaker": "24", "gender": "female",
                "emotion": "anger", "intensity": "strong", "channel": "song"},
        },
        skipped={"a name that is not seven known numbers": 1},
    ),
    "emodb": Tree(
        _emodb,
        {
            "03a01Fa": {"audio": "wav/03a01Fa.wav", "split": "train", "text": "Der Lappen liegt auf dem Eisschrank.",
                        "language": "de", "speaker": "03", "gender": "male", "age": 31, "emotion": "happiness",
                        "sentence_id": "a01"},
            "14b03Wb": {"audio": "wav/14b03Wb.wav", "split": "test", "language": "de", "speaker": "14",
                        "text": "An den Wochenenden bin ich jetzt immer nach Hause gefahren und habe Agnes besucht.",
                        "gender": "female", "age": 35, "emotion": "anger", "sentence_id": "b03"},
        },
        skipped={"a name that is not SPEAKER SENTENCE EMOTION VERSION": 1},
    ),
    "iemocap": Tree(
        _iemocap,
        {
            "Ses05F_impro01_F000": {"audio": _IEMO.format("F000"), "split": "test", "text": "Excuse me.",
                                    "language": "en", "speaker": "Ses05F", "gender": "female",
                                    "emotion": "excitement", **_VAD},
            "Ses05F_impro01_M000": {"audio": _IEMO.format("M000"), "split": "test", "language": "en",
                                    "speaker": "Ses05M", "gender": "male", **_VAD},
        },
        skipped={"no such audio file": 1},
    ),
    "fluent-speech-commands": Tree(
        _fsc,
        {"0a31": {"audio": "fluent_speech_commands_dataset/wavs/speakers/2Bq/0a31.wav", "split": "train",
                  "text": "Lights, on", "language": "en", "speaker": "2Bq", "intent": "activate-lights-none",
                  "action": "activate", "object": "lights", "location": "none", "gender": "male",
                  "age_group": "22-40", "first_language": "English (US)"}},
        skipped={"no such audio file": 1},
    ),
    "slurp": Tree(
        _slurp,
        {
            "audio-1": {"audio": "audio/slurp_real/audio-1.flac", "speaker": "UID-1", **_SLURP},
            "audio-1-headset": {"audio": "audio/slurp_real/audio-1-headset.flac", **_SLURP},
        },
        skipped={
            "a part of the corpus: train_synthetic.jsonl or audio/slurp_synth is not there": 1,
            "a part of the corpus: test.jsonl or audio/slurp_real is not there": 1,
        },
    ),
    "snips-slu": Tree(
        _snips_slu,
        {
            "smart-lights-en-close-field-0": {
                "audio": "smart-lights-en-close-field/speech_corpus/audio/0.wav", "split": hashed_split("w1"),
                "text": "Dim the kitchen", "language": "en", "speaker": "w1", "gender": "female", "age": 30,
                "intent": "DecreaseBrightness",
                "slots": [{"slot": "room", "value": "kitchen", "start": 8, "end": 15}]},
            "smart-lights-en-close-field-1": {
                "audio": "smart-lights-en-close-field/speech_corpus/audio/1.wav", "split": hashed_split("w2"),
                "text": "Hello", "language": "en", "speaker": "w2"},
        },
    ),
    "atis": _text_tree("atis"),
    "snips-text": _text_tree("snips"),
    "snips-nlu": Tree(
        _snips_nlu,
        sentences={
            "snips-GetWeather-train-00001": {
                "text": "caf\u00e9", "split": hashed_split("caf\u00e9", dev=5, test=0), "language": "en",
                "intent": "GetWeather", "slots": [{"slot": "poi", "value": "caf\u00e9", "start": 0, "end": 4}]},
            "snips-GetWeather-test-00001": {
                "text": "is it hot in New York today", "split": "test", "language": "en", "intent": "GetWeather",
                "slots": [{"slot": "city", "value": "New York", "start": 13, "end": 21}]},
        },
        skipped={"a file of an intent: validate_INTENT.json is not there": 1},
    ),
    "speech-commands": Tree(
        _speech_commands,
        {
            "yes-0a7c_nohash_0": {"audio": "speech_commands_v0.02/yes/0a7c_nohash_0.wav", "split": "train",
                                  "text": "yes", "language": "en", "speaker": "0a7c", "keyword": "yes"},
            "no-0a7c_nohash_1": {"audio": "speech_commands_v0.02/no/0a7c_nohash_1.wav", "split": "dev", "text": "no",
                                 "language": "en", "speaker": "0a7c", "keyword": "no"},
            "_background_noise_-tap": {"audio": "speech_commands_v0.02/_background_noise_/tap.wav", "split": "train",
                                       "noise": "tap"},
        },
        skipped={"a name that is not HASH_nohash_NUMBER": 1},
    ),
}  # fmt: skip
