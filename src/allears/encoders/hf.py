"""Speech encoders of Hugging Face: wav2vec 2.0, HuBERT, WavLM and Whisper, from a folder, an id or sizes.

In: where the weights are. Out: an encoder. wav2vec 2.0, HuBERT and WavLM are run by `hf_waveform.py`, Whisper by our
own `whisper.py`, which gives the same frames and needs no 30 s. Needs the extra `hf` (`transformers`). A folder is
never looked up in the network, an id is.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import nn

from allears.encoders import ENCODERS
from allears.encoders.hf_waveform import HfWaveformEncoder
from allears.encoders.logmel import SAMPLE_RATE
from allears.encoders.whisper import WhisperEncoder

__all__ = ["hf"]

log = logging.getLogger(__name__)

_WAVEFORM = ("hubert", "wav2vec2", "wavlm")
_KINDS = (*_WAVEFORM, "whisper")
_PARTS = ("feature_extractor.", "feature_projection.", "encoder.")  # of a waveform model, what is used


@ENCODERS.register
def hf(
    *,
    model: str | None = None,
    config: Mapping[str, Any] | None = None,
    is_normalised: bool | None = None,
    tail_s: float | None = None,
    is_padded: bool | None = None,
) -> nn.Module:
    """A speech encoder of Hugging Face.

    Args:
        model: a folder (`config.json`, `model.safetensors`), or the id of a model, which is then downloaded.
        config: instead of `model`: sizes for fresh weights, `{model_type: wavlm, hidden_size: 256, ...}`.
        is_normalised: whether each clip is brought to mean 0 and variance 1; None: as `preprocessor_config.json` says,
            and yes if there is none. Not for whisper.
        tail_s: silence after each clip, seconds; None: 1.0. For whisper only.
        is_padded: whether clips are padded to 30 s; None: no. For whisper only.

    Raises:
        ValueError: the extra is not installed, both or none of `model` and `config`, a model that is not there, of
            another type or that lacks weights, or an option of another type.
    """
    if (model is None) == (config is None):
        raise ValueError("give `model` (a folder or an id) or `config` (with a model_type), one of the two")
    sizes = _sizes(model) if model is not None else dict(config or {})
    kind = str(sizes.get("model_type"))
    if kind not in _KINDS:
        raise ValueError(f"model_type is {kind!r}, allowed are {', '.join(_KINDS)}: give another model")
    _check_options(kind, is_normalised=is_normalised, tail_s=tail_s, is_padded=is_padded)
    if kind == "whisper":
        tail_s, is_padded = 1.0 if tail_s is None else tail_s, bool(is_padded)
        if model is None:
            return WhisperEncoder.from_config(_whisper_sizes(sizes), tail_s, is_padded=is_padded)
        return WhisperEncoder.from_pretrained(_folder(model), tail_s, is_padded=is_padded)
    if model is None:
        return HfWaveformEncoder(_fresh(sizes), is_normalised=is_normalised is not False)
    return HfWaveformEncoder(
        _loaded(model), is_normalised=_is_normalised(model) if is_normalised is None else is_normalised
    )


def _check_options(kind: str, **options: Any) -> None:
    """Raise ValueError if an option was given that `kind` does not have."""
    allowed = ("tail_s", "is_padded") if kind == "whisper" else ("is_normalised",)
    wrong = [name for name, value in options.items() if value is not None and name not in allowed]
    if wrong:
        raise ValueError(f"{wrong[0]} is no option of {kind}: take it out; {kind} has {' and '.join(allowed)}")


def _transformers() -> Any:
    try:
        import transformers
    except ImportError as error:
        raise ValueError("the encoder `hf` needs transformers: pip install 'allears[hf]'") from error
    return transformers


def _is_folder(model: str) -> bool:
    """Whether `model` is a folder; a path that is none is an error here, not a question to the network.

    Raises:
        ValueError: `model` is written as a path and there is nothing.
    """
    if Path(model).is_dir():
        return True
    if Path(model).is_absolute() or model.startswith((".", "~")) or model.count("/") != 1:
        raise ValueError(
            f"no folder {model}: give one that holds config.json and model.safetensors, or an id OWNER/NAME"
        )
    return False


def _sizes(model: str) -> dict[str, Any]:
    """`config.json` of the model, with the defaults of its type."""
    is_folder, transformers = _is_folder(model), _transformers()
    try:
        config = transformers.AutoConfig.from_pretrained(model, local_files_only=is_folder)
    except (OSError, ValueError) as error:
        raise ValueError(f"cannot read the configuration of {model}: {error}") from error
    sizes: dict[str, Any] = config.to_dict()
    return sizes


def _whisper_sizes(sizes: Mapping[str, Any]) -> dict[str, Any]:
    """The given sizes over the defaults of `WhisperConfig`."""
    filled: dict[str, Any] = _config(sizes).to_dict()
    return filled


def _config(sizes: Mapping[str, Any]) -> Any:
    own = dict(sizes)
    return _transformers().AutoConfig.for_model(own.pop("model_type"), **own)


def _fresh(sizes: Mapping[str, Any]) -> Any:
    return _transformers().AutoModel.from_config(_config(sizes))


def _loaded(model: str) -> Any:
    """The model with its weights in 32 bit."""
    try:
        loaded, info = _transformers().AutoModel.from_pretrained(
            model, local_files_only=_is_folder(model), output_loading_info=True
        )
    except (OSError, RuntimeError, ValueError) as error:
        raise ValueError(f"cannot load {model}: {error}") from error
    missing = sorted(name for name in info["missing_keys"] if name.startswith(_PARTS))
    if missing:
        raise ValueError(f"{model} lacks {len(missing)} tensors, {missing[:3]} among them: give a complete model")
    return loaded.float()


def _folder(model: str) -> Path:
    """The folder itself, or the one an id was downloaded to."""
    if _is_folder(model):
        return Path(model)
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(model, allow_patterns=["config.json", "model.safetensors"]))


def _is_normalised(model: str) -> bool:
    """What `preprocessor_config.json` says.

    Raises:
        ValueError: the model hears another sample rate.
    """
    try:
        if _is_folder(model):
            said = json.loads((Path(model) / "preprocessor_config.json").read_text(encoding="utf-8"))
        else:
            said = _transformers().Wav2Vec2FeatureExtractor.get_feature_extractor_dict(model)[0]
    except OSError:
        log.warning(
            "%s has no preprocessor_config.json: clips are normalised; say is_normalised if it should not", model
        )
        return True
    if said.get("sampling_rate", SAMPLE_RATE) != SAMPLE_RATE:
        raise ValueError(f"{model} hears {said['sampling_rate']} Hz, allears {SAMPLE_RATE}: give another model")
    return bool(said.get("do_normalize", True))
