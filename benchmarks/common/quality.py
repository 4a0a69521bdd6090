"""How good cleaned speech is: SI-SDR against the speech that is in it, and DNSMOS, which needs no such thing.

Source: Le Roux et al. 2019 (SI-SDR); Reddy et al. 2022, "DNSMOS P.835" (package `speechmos`, MIT), an estimate of what
listeners would say of the speech (SIG), of the background (BAK) and of the whole (OVRL), 1 to 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allears.audio import SAMPLE_RATE

__all__ = ["Quality", "quality", "si_sdr"]

_TINY = 1e-12


@dataclass(frozen=True)
class Quality:
    """Of one clip: SI-SDR in dB against the early voice and against the voice with its whole room; DNSMOS."""

    early_db: float
    voice_db: float
    sig: float
    bak: float
    ovrl: float


def quality(audio: np.ndarray, early: np.ndarray, voice: np.ndarray) -> Quality:
    """Of a clip (S,).

    Raises:
        ValueError: the package is not installed.
    """
    try:
        from speechmos import dnsmos
    except ImportError as error:
        raise ValueError(
            f"DNSMOS needs {error.name}, which is not installed: pip install -r benchmarks/requirements.txt"
        ) from error
    said = dnsmos.run(np.clip(audio, -1.0, 1.0).astype(np.float32), SAMPLE_RATE)
    return Quality(
        si_sdr(audio, early),
        si_sdr(audio, voice),
        float(said["sig_mos"]),
        float(said["bak_mos"]),
        float(said["ovrl_mos"]),
    )


def si_sdr(estimate: np.ndarray, clean: np.ndarray) -> float:
    """10 log10(|a s|^2 / |a s - e|^2), a = <e, s> / |s|^2, of e `estimate` (S,) and s `clean` (S,)."""
    e, s = estimate.astype(np.float64), clean.astype(np.float64)
    scaled = s * (float(e @ s) / max(float(s @ s), _TINY))
    distortion = scaled - e
    return 10 * float(np.log10(max(float(scaled @ scaled), _TINY) / max(float(distortion @ distortion), _TINY)))
