"""How far a mask leaves a noisy clip from the clean one: the loss of taking noise away.

In: logits of the mask and both clips. Out: one number a clip. Half of it is what ears mind (compressed spectra), half
what engineers measure (SI-SDR); both need the phase difference of the two spectra, never the masked sound itself.

Letters: P clips, S samples, T encoder frames, M = 2 T spectrum frames, F frequencies.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from allears.parts.clean_head import run_head
from allears.parts.heads import frame_mask
from allears.parts.mask_labels import MaskTarget
from allears.parts.spectrum import spectrum_of
from allears.stft import NUM_BINS

__all__ = ["mask_error", "masked_sound_error"]

_COMPRESSION = 0.3  # exponent of magnitudes
_PHASE_SHARE = 0.3  # of the compressed error that counts phases
_SI_SDR_SHARE = 0.02  # loss a dB
_MOST_DB = 30.0  # better than this is not asked for
_TINY = 1e-8


def masked_sound_error(head: nn.Module, features: Tensor, num_frames: Tensor, target: MaskTarget) -> Tensor:
    """`mask_error` of what the head says of features (P, T, D), (P,)."""
    logits = run_head(head, features, num_frames, target.heard)
    return mask_error(logits.float(), num_frames, target.heard, target.clean)


def mask_error(logits: Tensor, num_frames: Tensor, heard: Tensor, clean: Tensor) -> Tensor:
    """Error of the mask with logits (P, T, 2 F) on samples `heard` (P, S) for `clean` (P, S), (P,).

    loss = sum (0.7 (|S|^c - |E|^c)^2 + 0.3 ||S|^c e^(i s) - |E|^c e^(i y)|^2) / sum |Y|^2c - 0.02 SI-SDR(E, S)

    with Y the spectrum of `heard`, S of `clean`, E = mask Y, s and y their phases, c = 0.3. SI-SDR (Le Roux et al.
    2019) is in dB, over the spectra, at most 30, and left out where S is silence.
    Source: Braun and Tashev 2021, "A consolidated view of loss functions for supervised deep learning-based speech
    enhancement", equation 8. Ours differs: it is divided by the noisy clip's own, so that a loud clip weighs as much as
    a soft one, and SI-SDR stands beside it.
    """
    length = logits.shape[1]
    scale = 1 / (heard.square().mean(1, keepdim=True).sqrt() + 1e-7)
    noisy, wanted = (spectrum_of(sound * scale, 2 * length) for sound in (heard, clean))
    inside = frame_mask(num_frames, length).repeat_interleave(2, dim=1)[:, :, None]
    loudness = noisy.abs() * inside
    mask = logits.sigmoid().reshape(len(logits), 2 * length, NUM_BINS)
    kept, voice = mask * loudness, wanted.abs() * inside
    along = (noisy * wanted.conj()).real * inside  # |Y| |S| cos(y - s)
    cosine = along / (loudness * voice + _TINY)
    a, b = (voice + _TINY).pow(_COMPRESSION), (kept + _TINY).pow(_COMPRESSION)
    error = a.square() + b.square() - 2 * a * b * (1 - _PHASE_SHARE + _PHASE_SHARE * cosine)
    whole = ((loudness + _TINY).pow(2 * _COMPRESSION) * inside).sum((1, 2)) + _TINY
    loss: Tensor = (error * inside).sum((1, 2)) / whole - _SI_SDR_SHARE * _si_sdr(mask * along, kept, voice)
    return loss


def _si_sdr(along: Tensor, kept: Tensor, voice: Tensor) -> Tensor:
    """SI-SDR in dB from spectra (P, M, F): their product, and both magnitudes; 0 where there is no voice, (P,)."""
    energy = voice.square().sum((1, 2))
    explained = along.sum((1, 2)).square() / (energy + _TINY)
    rest = (kept.square().sum((1, 2)) - explained).clamp(min=_TINY)
    ratio_db = 10 * ((explained + _TINY) / (rest + _TINY)).log10()
    return torch.where(energy > 1e-3, ratio_db.clamp(-_MOST_DB, _MOST_DB), torch.zeros_like(ratio_db))
