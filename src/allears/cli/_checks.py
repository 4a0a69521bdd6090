"""The checks of `allears doctor`: each looks at one thing and says what it found and, if it is wrong, what to do."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allears.runtime.model_folder import ModelFolder

__all__ = ["Check", "all_checks"]

_LIBRARIES = ("numpy", "onnxruntime", "soundfile", "soxr", "rich", "unicode-rbnf")
_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "amx_bf16", "asimddp", "i8mm")


@dataclass(frozen=True)
class Check:
    """One finding. `advice`: what to do about it; empty if all is well."""

    name: str
    found: str
    is_ok: bool = True
    advice: str = ""


def all_checks(open_folder: Callable[[], ModelFolder]) -> list[Check]:
    """Every check, in the order they are shown. None of them changes anything or asks another machine."""
    checks = [
        _python(), _libraries(), _processor(), _threads(), _providers(), *_audio(),
        _model(open_folder), *_extras(), _microphone(), *_places(), *_hosts(),
    ]  # fmt: skip
    return [replace(check, advice="") if check.is_ok else check for check in checks]


def _python() -> Check:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {sys.executable}"
    return Check("python", found, sys.version_info >= (3, 11), "allears needs Python 3.11 or newer")


def _libraries() -> Check:
    from allears import __version__

    versions = {name: _version(name) for name in _LIBRARIES}
    missing = [name for name, version in versions.items() if not version]
    found = ", ".join(
        f"{name} {version or 'missing'}" for name, version in {"allears": __version__, **versions}.items()
    )
    return Check("libraries", found, not missing, f"pip install {' '.join(missing)}")


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _processor() -> Check:
    flags = _processor_flags()
    known = [flag for flag in _FLAGS if flag in flags]
    fast = "int8 is fast here" if any("vnni" in f or "int8" in f or f in ("asimddp", "i8mm") for f in known) else ""
    return Check("processor", ", ".join(filter(None, [" ".join(known) or "flags not known", fast])))


def _processor_flags() -> set[str]:
    path = Path("/proc/cpuinfo")  # Linux only; elsewhere nothing is known
    if not path.exists():
        return set()
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return {flag for line in lines if line.startswith(("flags", "Features")) for flag in line.split(":", 1)[1].split()}


def _threads() -> Check:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    limit = os.environ.get("OMP_NUM_THREADS")
    return Check("threads", f"{usable} usable" + (f", OMP_NUM_THREADS={limit}" if limit else ""))


def _providers() -> Check:
    import onnxruntime

    providers = onnxruntime.get_available_providers()
    is_there = "CPUExecutionProvider" in providers
    return Check("onnxruntime", ", ".join(providers), is_there, "pip install --force-reinstall onnxruntime")


def _audio() -> Iterator[Check]:
    import soundfile

    yield Check("audio", f"{soundfile.__libsndfile_version__}: {' '.join(sorted(soundfile.available_formats()))}")
    has_av = importlib.util.find_spec("av") is not None
    yield Check("m4a, webm", f"av {_version('av')}" if has_av else "not read; to have them: pip install 'allears[av]'")


def _model(open_folder: Callable[[], ModelFolder]) -> Check:
    from allears.cli._sizes import damaged_files

    try:
        folder = open_folder()
    except (ValueError, OSError) as error:
        return Check("model", str(error), False, "install allears again, or name a folder with --model")
    damaged = "; ".join(damaged_files(folder).values())
    found = f"{folder.spec.name} {folder.spec.version} in {folder.path}, {len(folder.sums)} files intact"
    return Check("model", damaged or found, not damaged, "install allears again, or export the model again")


def _extras() -> Iterator[Check]:
    from allears.cli._checks_extras import extras, missing_of

    for extra, needs in extras().items():
        missing = missing_of(needs)
        wanted = f"not installed ({', '.join(missing)} missing): pip install 'allears[{extra}]'"
        yield Check(f"extra {extra}", wanted if missing else "installed")


def _places() -> Iterator[Check]:
    from allears.cli._checks_places import places

    for place in places():
        held = "not there yet" if place.num_files is None else f"{place.num_files} files"
        is_open = ", which others on this machine can read" if place.is_open else ""
        advice = f"it cannot be written: set ALLEARS_{place.kind.upper()}, or ALLEARS_HOME, to a folder that can"
        yield Check(place.kind, f"{place.path}: {held}{is_open}", place.can_write, advice)


def _microphone() -> Check:
    from allears.cli._checks_places import microphones

    return Check("microphones", microphones())


def _hosts() -> Iterator[Check]:
    from allears.cli._checks_hosts import outbound

    yield Check("outbound hosts", "nothing is sent, fetched or counted, but by what follows, when it is used")
    try:
        for one in outbound():
            yield Check(f"- {one.part.removeprefix('skill ')}", f"{', '.join(one.hosts)}, {one.when}")
    except ValueError as error:
        yield Check("- skills", str(error), False, "mend assistant.toml")
