"""Tiny trees of corpora of words, speakers, rooms and translations, as they lie on disk after unpacking."""

from __future__ import annotations

from pathlib import Path

from allears.data.recipes._splits import hashed_split
from tests.unit.data.recipes.tree import Tree, tones, write

__all__ = ["TREES"]


def _librispeech(root: Path) -> None:
    chapter = "LibriSpeech/dev-clean/19/198"
    tones(root, f"{chapter}/19-198-0000.flac", f"{chapter}/19-198-0001.flac")
    write(root, {
        f"{chapter}/19-198.trans.txt": "19-198-0000 NORTHANGER ABBEY\n19-198-0002 GONE\n",
        "LibriSpeech/SPEAKERS.TXT": ";ID |SEX| SUBSET |MINUTES| NAME\n19 | F | dev-clean | 25 | Kara\n",
    })  # fmt: skip


def _common_voice(root: Path) -> None:
    tones(root, "sv-SE/clips/cv_1.mp3", seconds=1.0)
    head = "client_id\tpath\tsentence\tup_votes\tage\tgender\taccents\tlocale\n"
    write(root, {
        "sv-SE/train.tsv": head + "abc\tcv_1.mp3\tHej.\t2\ttwenties\tfemale_feminine\t\tsv-SE\n",
        "sv-SE/test.tsv": head + "def\tcv_2.mp3\tJa.\t2\t\t\t\tsv-SE\n",
    })  # fmt: skip


def _voxceleb(root: Path) -> None:
    tones(root, "wav/id10001/1zcIwhmdeo4/00001.wav", "wav/id10270/5r0dWxy17C8/00003.wav", "wav/id99999/x/00001.wav")
    (root / "dev/aac/id00012/21Uxsk56VDQ").mkdir(parents=True)
    (root / "dev/aac/id00012/21Uxsk56VDQ/00001.m4a").write_bytes(b"AAC")
    write(root, {
        "vox1_meta.csv": "VoxCeleb1 ID\tVGGFace1 ID\tGender\tNationality\tSet\nid10001\tA_B\tm\tIreland\tdev\n"
        "id10270\tC_D\tf\tUK\ttest\n",
        "vox2_meta.csv": "VoxCeleb2 ID ,VGGFace2 ID ,Gender ,Set \nid00012 ,n000001 ,m ,dev \n",
    })  # fmt: skip


def _vctk(root: Path) -> None:
    wavs = "wav48_silence_trimmed"
    tones(
        root, f"{wavs}/p225/p225_001_mic1.flac", f"{wavs}/p225/p225_001_mic2.flac", f"{wavs}/p280/p280_001_mic2.flac",
        f"{wavs}/p315/p315_001_mic1.flac",
    )  # fmt: skip
    write(root, {
        "txt/p225/p225_001.txt": "Please call Stella.\n", "txt/p280/p280_001.txt": "Ask her.\n",
        "speaker-info.txt": "ID  AGE  GENDER  ACCENTS  REGION COMMENTS \np225  23  F    English    Southern  England\n",
    })  # fmt: skip


def _ljspeech(root: Path) -> None:
    tones(root, "LJSpeech-1.1/wavs/LJ001-0001.wav")
    write(root, {"LJSpeech-1.1/metadata.csv": "LJ001-0001|In 1465,|In fourteen sixty-five,\nLJ001-0002|Gone|Gone\n"})


def _musan(root: Path) -> None:
    tones(root, "musan/music/fma/music-fma-0000.wav", "musan/noise/free-sound/noise-free-sound-0000.wav")
    write(root, {"musan/music/fma/ANNOTATIONS": "music-fma-0000 electronic,pop N someone\n"})


def _rirs(root: Path) -> None:
    top = "RIRS_NOISES"
    tones(
        root, f"{top}/pointsource_noises/noise-free-sound-0001.wav",
        f"{top}/real_rirs_isotropic_noises/RVB2014_type1_noise_largeroom1_1.wav",
        f"{top}/real_rirs_isotropic_noises/air_type1_air_binaural_lecture_1_1.wav",
        f"{top}/simulated_rirs/smallroom/Room001/Room001-00001.wav",
        f"{top}/simulated_rirs/largeroom/Room001/Room001-00001.wav",
    )  # fmt: skip


def _voicebank(root: Path) -> None:
    tones(
        root, "noisy_trainset_28spk_wav/p226_001.wav", "clean_trainset_28spk_wav/p226_001.wav",
        "noisy_trainset_28spk_wav/p227_001.wav", "noisy_testset_wav/p232_001.wav", "clean_testset_wav/p232_001.wav",
    )  # fmt: skip
    write(root, {
        "trainset_28spk_txt/p226_001.txt": "Please call Stella.\n",
        "logfiles/log_testset.txt": "p232_001 bus 2.5\n",
    })  # fmt: skip


def _ami_rttm(root: Path) -> None:
    tones(root, "amicorpus/ES2002a/audio/ES2002a.Mix-Headset.wav", seconds=3.0)
    tones(root, "amicorpus/ES2002a/audio/ES2002a.Headset-0.wav", seconds=3.0)
    turn = "SPEAKER {} 1 0.5 1.0 <NA> <NA> {} <NA> <NA>\n"
    write(root, {
        "rttms/train/ES2002a.rttm": turn.format("ES2002a", "FEE005") + turn.format("ES2002a", "MEE006"),
        "rttms/dev/ES2011a.rttm": turn.format("ES2011a", "FEE041"),
        "ami_public_manual_1.6.2/corpusResources/meetings.xml": '<r><meeting observation="ES2002a">'
        '<speaker nxt_agent="A" global_name="FEE005" channel="0"/></meeting>'
        '<meeting observation="IS1000a"><speaker nxt_agent="A" global_name="MIO023" channel="0"/></meeting></r>',
        "ami_public_manual_1.6.2/segments/IS1000a.A.segments.xml": '<r><segment transcriber_start="0" '
        'transcriber_end="1"/></r>',
        "ami_public_manual_1.6.2/words/IS1000a.A.words.xml": '<r><w starttime="0" endtime="1">Hi</w></r>',
        "ami_public_manual_1.6.2/segments/ES2002a.A.segments.xml": '<r><segment transcriber_start="0.5" '
        'transcriber_end="1.6"/></r>',
        "ami_public_manual_1.6.2/words/ES2002a.A.words.xml": '<r><w starttime="0.5" endtime="0.9">Okay</w>'
        '<w starttime="0.9" endtime="1.5">right</w></r>',
    })  # fmt: skip


def _must_c(root: Path) -> None:
    line = "- {{duration: {}, offset: {}, rW: 9, uW: 0, speaker_id: spk.767, wav: ted_767.wav}}\n"
    for target, text in (("de", "Hallo.\nDas war's.\n"), ("fr", "Bonjour.\nC'est tout.\n")):
        data = f"en-{target}/data/tst-COMMON"
        tones(root, f"{data}/wav/ted_767.wav", seconds=2.0)
        write(root, {
            f"{data}/txt/tst-COMMON.yaml": line.format("0.500000", "0.250000") + line.format("9.000000", "1.000000"),
            f"{data}/txt/tst-COMMON.en": "Hello.\nThat's it.\n", f"{data}/txt/tst-COMMON.{target}": text,
        })  # fmt: skip


def _covost(root: Path) -> None:
    tones(root, "fr/clips/common_voice_fr_1.mp3", seconds=1.0)
    write(root, {
        "fr/validated.tsv": "client_id\tpath\tsentence\nabc\tcommon_voice_fr_1.mp3\tBonjour.\n",
        "fr/covost_v2.fr_en.tsv": "path\ttranslation\tsplit\ncommon_voice_fr_1.mp3\tHello.\ttrain_covost\n"
        "common_voice_fr_2.mp3\tNo.\tother\n",
    })  # fmt: skip


def _fillets(root: Path) -> None:
    cs, data = "fillets-ng-data-cs/usr/share/games/fillets-ng", "fillets-ng-data/usr/share/games/fillets-ng"
    tones(root, f"{cs}/sound/airplane/cs/let-m-oko.ogg", f"{cs}/sound/airplane/cs/let-x-bum.ogg",
          f"{cs}/sound/airplane/bang.ogg",
          f"{data}/sound/airplane/en/let-m-oko.ogg", seconds=0.5)  # fmt: skip
    call = '\ndialogId("let-m-oko", "font_small",\n"An \\"eye\\"?")\n'
    write(root, {
        f"{data}/script/airplane/dialogs_cs.lua": call + 'dialogStr("Oko?")\n',
        f"{data}/script/airplane/dialogs_de_CH.lua": call + 'dialogStr("Auge?")\n',
        f"{data}/script/airplane/dialogs_en.lua": call,
    })  # fmt: skip


def _tuxpaint(root: Path) -> None:
    birds = "animals/birds"
    tones(root, f"{birds}/owl_desc_fr.ogg", f"{birds}/owl_desc.ogg", f"{birds}/owl_desc_el.ogg", f"{birds}/owl.ogg",
          seconds=0.5)  # fmt: skip
    write(root, {f"{birds}/owl.txt": "An owl.\nfr.utf8=Un hibou.\npt_BR.utf8=Uma coruja.\nsr@latin.utf8=Sova.\n"})


_LS, _CV = "LibriSpeech/dev-clean/19/198", "sv-SE/clips"
_FI = "fillets-ng-data-cs/usr/share/games/fillets-ng/sound/airplane/cs"
_RIR = "RIRS_NOISES"

TREES = {
    "librispeech": Tree(
        _librispeech,
        {"19-198-0000": {"audio": f"{_LS}/19-198-0000.flac", "split": "dev", "text": "NORTHANGER ABBEY",
                         "speaker": "19", "language": "en", "gender": "female"}},
        skipped={"a line or a file without its partner": 2},
    ),
    "common-voice": Tree(
        _common_voice,
        {"cv_1": {"audio": f"{_CV}/cv_1.mp3", "split": "train", "duration_s": 1.0, "text": "Hej.", "speaker": "abc",
                  "language": "sv-SE", "gender": "female", "age": 25}},
        skipped={"no such audio file": 1},
    ),
    "voxceleb": Tree(
        _voxceleb,
        {
            "id10001-1zcIwhmdeo4-00001": {"audio": "wav/id10001/1zcIwhmdeo4/00001.wav", "split": "train",
                                          "speaker": "id10001", "gender": "male", "nationality": "Ireland"},
            "id10270-5r0dWxy17C8-00003": {"audio": "wav/id10270/5r0dWxy17C8/00003.wav", "split": "test",
                                          "speaker": "id10270", "gender": "female", "nationality": "UK"},
            "id00012-21Uxsk56VDQ-00001": {"audio": "dev/aac/id00012/21Uxsk56VDQ/00001.m4a", "split": "train",
                                          "duration_s": None, "speaker": "id00012", "gender": "male"},
        },
        skipped={"a speaker that is not in vox1_meta.csv or vox2_meta.csv": 1},
    ),
    "vctk": Tree(
        _vctk,
        {
            "p225_001": {"audio": "wav48_silence_trimmed/p225/p225_001_mic1.flac", "split": hashed_split("p225"),
                         "text": "Please call Stella.", "language": "en", "speaker": "p225", "gender": "female",
                         "age": 23, "accent": "English"},
            "p280_001": {"audio": "wav48_silence_trimmed/p280/p280_001_mic2.flac", "split": hashed_split("p280"),
                         "text": "Ask her.", "language": "en", "speaker": "p280"},
        },
        skipped={"audio without a text": 1},
    ),
    "ljspeech": Tree(
        _ljspeech,
        {"LJ001-0001": {"audio": "LJSpeech-1.1/wavs/LJ001-0001.wav", "split": hashed_split("LJ001"),
                        "text": "In 1465,", "normalized_text": "In fourteen sixty-five,", "language": "en",
                        "speaker": "Linda Johnson", "gender": "female"}},
        skipped={"told by lhotse": 1}, needs="lhotse",
    ),
    "musan": Tree(
        _musan,
        {
            "music-fma-0000": {"audio": "musan/music/fma/music-fma-0000.wav", "noise": "music", "part": "music",
                               "split": hashed_split("music-fma-0000")},
            "noise-free-sound-0000": {"audio": "musan/noise/free-sound/noise-free-sound-0000.wav", "noise": "noise",
                                      "part": "noise", "split": hashed_split("noise-free-sound-0000")},
        },
        skipped={"a part of the corpus: speech/ is not there": 1}, needs="lhotse",
    ),
    "rirs-noises": Tree(
        _rirs,
        {
            "noise-free-sound-0001": {"audio": f"{_RIR}/pointsource_noises/noise-free-sound-0001.wav",
                                      "noise": "point source", "split": hashed_split("noise-free-sound-0001")},
            "RVB2014_type1_noise_largeroom1_1": {
                "audio": f"{_RIR}/real_rirs_isotropic_noises/RVB2014_type1_noise_largeroom1_1.wav",
                "noise": "isotropic", "split": hashed_split("RVB2014_type1_noise_largeroom1_1")},
            "air_type1_air_binaural_lecture_1_1": {
                "audio": f"{_RIR}/real_rirs_isotropic_noises/air_type1_air_binaural_lecture_1_1.wav",
                "room": "air_type1_air_binaural_lecture_1_1",
                "split": hashed_split("air_type1_air_binaural_lecture_1_1")},
            **{f"{size}-Room001-00001": {"audio": f"{_RIR}/simulated_rirs/{size}/Room001/Room001-00001.wav",
                                         "room": f"{size}-Room001", "split": hashed_split(f"{size}-Room001")}
               for size in ("largeroom", "smallroom")},
        },
    ),
    "voicebank-demand": Tree(
        _voicebank,
        {
            "p226_001": {"audio": "noisy_trainset_28spk_wav/p226_001.wav", "split": "dev", "language": "en",
                         "clean": "clean_trainset_28spk_wav/p226_001.wav", "speaker": "p226",
                         "text": "Please call Stella."},
            "p232_001": {"audio": "noisy_testset_wav/p232_001.wav", "split": "test", "language": "en",
                         "clean": "clean_testset_wav/p232_001.wav", "speaker": "p232", "background": "bus",
                         "snr_db": 2.5},
        },
        skipped={"a noisy file without its clean one": 1},
    ),
    "ami": Tree(
        _ami_rttm,
        {
            "ES2002a": {"audio": "amicorpus/ES2002a/audio/ES2002a.Mix-Headset.wav", "split": "train",
                        "duration_s": 3.0, "language": "en", "rttm": "rttms/train/ES2002a.rttm", "num_speakers": 2},
            "ES2002a-0-0": {"audio": "amicorpus/ES2002a/audio/ES2002a.Headset-0.wav", "split": "train", "start_s": 0.5,
                            "duration_s": 1.0, "language": "en", "text": "Okay right", "speaker": "FEE005",
                            "gender": "female"},
        },
        skipped={"an RTTM file without Mix-Headset or Array1-01 of its meeting": 1,
                 "a speaker's words without audio of the meeting": 1}, needs="lhotse",
    ),
    "must-c": Tree(
        _must_c,
        {"tst-COMMON-ted_767-0000025": {
            "audio": "en-de/data/tst-COMMON/wav/ted_767.wav", "split": "test", "start_s": 0.25, "duration_s": 0.5,
            "text": "Hello.", "language": "en", "speaker": "spk.767",
            "translations": {"de": "Hallo.", "fr": "Bonjour."}}},
        skipped={"a segment that ends after its file": 1},
    ),
    "covost": Tree(
        _covost,
        {"common_voice_fr_1": {"audio": "fr/clips/common_voice_fr_1.mp3", "split": "train", "duration_s": 1.0,
                               "text": "Bonjour.", "language": "fr", "speaker": "abc",
                               "translations": {"en": "Hello."}}},
        skipped={"a row of no split": 1},
    ),
    "fillets": Tree(
        _fillets,
        {"cs-airplane-let-m-oko": {"audio": f"{_FI}/let-m-oko.ogg", "split": hashed_split("airplane"),
                                   "duration_s": 0.5, "text": "Oko?", "language": "cs", "speaker": "cs small fish",
                                   "translations": {"de-CH": "Auge?", "en": 'An "eye"?'}}},
        skipped={"a sound whose text is not in the dialogue files": 1,
                 "an effect: the game has no English voices": 1},
    ),
    "tuxpaint-stamps": Tree(
        _tuxpaint,
        {
            "fr-animals-birds-owl": {"audio": "animals/birds/owl_desc_fr.ogg", "split": hashed_split("owl"),
                                     "duration_s": 0.5, "text": "Un hibou.", "language": "fr",
                                     "translations": {"en": "An owl.", "pt-BR": "Uma coruja."}},
            "en-animals-birds-owl": {"audio": "animals/birds/owl_desc.ogg", "split": hashed_split("owl"),
                                     "duration_s": 0.5, "text": "An owl.", "language": "en",
                                     "translations": {"fr": "Un hibou.", "pt-BR": "Uma coruja."}},
        },
        skipped={"a sound without a text of its language": 1},
    ),
}  # fmt: skip
