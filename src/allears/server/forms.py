"""What a client sends with a file: multipart form data, its files on disk and its fields checked one by one.

Files go to a temporary file as they come; only the first megabyte of each is ever in memory. A field is read under its
name, or under `name[]` as OpenAI's clients send lists. What nobody read is known, so that the answer can say so.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import BinaryIO, cast

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from allears.server.errors import ApiError, api_error_of

__all__ = ["Form", "Upload", "data_url", "open_form"]

_MAX_FILES, _MAX_FIELDS = 8, 64
_MAX_FIELD_BYTES = 4 * 1024 * 1024  # ten seconds of CD sound as a data URL
_MULTIPART = "multipart/form-data"


class Upload:
    """A file that was sent, as `Session.hear` takes it: with the name that the client gave it.

    Args:
        file: that can be read and sought.
        name: for messages.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name, self._file = name, file
        self.read, self.seek, self.tell = file.read, file.seek, file.tell

    def seekable(self) -> bool:
        return True

    @property
    def audio(self) -> BinaryIO:
        """Itself, from the start."""
        self._file.seek(0)
        return cast(BinaryIO, self)


class Form:
    """The fields and files of one request."""

    def __init__(self, data: FormData) -> None:
        self._data, self._read = data, set[str]()

    def text(self, name: str, default: str = "") -> str:
        """A field's text, the last one if it was sent more than once.

        Raises:
            ApiError: 422, it is a file.
        """
        return (self.texts(name) or [default])[-1].strip() or default

    def texts(self, name: str) -> list[str]:
        """All the texts of a field; empty ones are left out.

        Raises:
            ApiError: 422, one is a file.
        """
        values = self._values(name)
        if any(isinstance(value, UploadFile) for value in values):
            raise ApiError(422, f"the field {name!r} is a text", given="a file", param=name)
        return [text for value in values if (text := str(value)).strip()]

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        """A field that is one of some words.

        Raises:
            ApiError: 400, it is another.
        """
        return _one_of(self.text(name, default), allowed, name)

    def choices(self, name: str, allowed: Sequence[str]) -> list[str]:
        """A field that is some of some words; commas separate, too.

        Raises:
            ApiError: 400, one is another.
        """
        parts = [part.strip() for text in self.texts(name) for part in text.split(",")]
        return list(dict.fromkeys(_one_of(part, allowed, name) for part in parts if part))

    def flag(self, name: str) -> bool:
        """A field that is true or false, false if it was not sent."""
        return self.choice(name, ("true", "false", "True", "False", "1", "0"), "false") in ("true", "True", "1")

    def number(self, name: str, low: int, high: int) -> int | None:
        """A whole number; None if it was not sent.

        Raises:
            ApiError: 400, it is none, or not from `low` to `high`.
        """
        text = self.text(name)
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) < 10 and low <= int(text) <= high):
            raise ApiError(400, f"{name} is a whole number", given=text[:40], allowed=f"{low} to {high}", param=name)
        return int(text)

    def upload(self, name: str = "file") -> Upload:
        """The file of that name.

        Raises:
            ApiError: 422, there is none or several.
        """
        found = self.uploads(name)
        if len(found) != 1:
            raise ApiError(422, f"one file is needed in the field {name!r}", given=f"{len(found)} files", param=name,
                           todo=f"send it as multipart/form-data: curl -F {name}=@talk.wav")  # fmt: skip
        return found[0]

    def uploads(self, name: str) -> list[Upload]:
        """All files of that name.

        Raises:
            ApiError: 422, one is no file.
        """
        values = self._values(name)
        if not all(isinstance(value, UploadFile) for value in values):
            raise ApiError(422, f"the field {name!r} is a file", given="text", param=name,
                           todo=f"send it with a file name: curl -F {name}=@talk.wav")  # fmt: skip
        files = [value for value in values if isinstance(value, UploadFile)]
        return [Upload(file.file, file.filename or "the file") for file in files]

    @property
    def ignored(self) -> tuple[str, ...]:
        """Fields that were sent and had no use."""
        return tuple(sorted({key for key in self._data if key.removesuffix("[]") not in self._read}))

    def _values(self, name: str) -> list[UploadFile | str]:
        self._read.add(name)
        return [*self._data.getlist(name), *self._data.getlist(f"{name}[]")]


@asynccontextmanager
async def open_form(request: Request) -> AsyncIterator[Form]:
    """Receive the form; its files are gone afterwards.

    Raises:
        ApiError: 415, it is no form; 400, it is a broken one; 507, there is no space for it.
    """
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != _MULTIPART:
        raise ApiError(415, "a file is sent as a form", given=kind, allowed=_MULTIPART,
                       todo="send it with curl -F file=@talk.wav")  # fmt: skip
    form = request.form(max_files=_MAX_FILES, max_fields=_MAX_FIELDS, max_part_size=_MAX_FIELD_BYTES)
    try:
        data = await form
    except OSError as error:
        raise api_error_of(error) from error
    except (HTTPException, UnicodeError, ValueError, LookupError) as error:
        what = str(getattr(error, "detail", error))
        raise ApiError(400, f"the form cannot be read: {what}", code="invalid_form", todo="send it again") from error
    try:
        yield Form(data)
    finally:
        await data.close()


def data_url(text: str, param: str) -> Upload:
    """The file inside a data URL, `data:audio/wav;base64,...`.

    Raises:
        ApiError: 400, it is none.
    """
    head, comma, body = text.partition(",")
    try:
        if not (comma and head.startswith("data:") and head.endswith(";base64")):
            raise ValueError("no data URL")
        return Upload(io.BytesIO(base64.b64decode(body, validate=True)), param)
    except (binascii.Error, ValueError) as error:
        raise ApiError(400, f"{param} is a data URL", given=text[:40], allowed="data:audio/wav;base64,...",
                       param=param) from error  # fmt: skip


def _one_of(text: str, allowed: Sequence[str], name: str) -> str:
    if text not in allowed:
        raise ApiError(400, f"{name} is none that this server knows", given=text[:60], allowed=", ".join(allowed),
                       param=name, code="invalid_value")  # fmt: skip
    return text
