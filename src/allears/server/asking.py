"""The fields that all routes that hear a file have: model, language, tasks, hotwords."""

from __future__ import annotations

from collections.abc import Sequence

from allears.server.errors import ApiError
from allears.server.forms import Form
from allears.server.hearing import Asked
from allears.server.routes.models import check_model
from allears.server.serving import Serving
from allears.vocabulary import LANGUAGES, base_language

__all__ = ["read_asked"]

_MAX_HOTWORDS = 1000


def read_asked(serving: Serving, form: Form, *, always: Sequence[str] = ()) -> Asked:
    """What the form wants of its file.

    Args:
        always: tasks that are answered whatever else is asked for; if there are any and none is named, only these.

    Raises:
        ApiError: 404, an unknown model; 400, an unknown task or language, or too many hotwords.
    """
    spec = serving.engine.session.spec
    check_model(serving, form.text("model", spec.name))
    named = form.choices("tasks", [task.name for task in spec.tasks])
    tasks = tuple(dict.fromkeys([*always, *named])) or None
    language = form.text("language") or None
    if language is not None and base_language(language) not in LANGUAGES:
        raise ApiError(400, "language is none the model knows", given=language[:40], param="language",
                       allowed=", ".join(sorted(LANGUAGES)), todo="or leave it out to have it found")  # fmt: skip
    hotwords = [part.strip() for text in form.texts("hotwords") for part in text.replace("\n", ",").split(",")]
    if len(hotwords) > _MAX_HOTWORDS:
        raise ApiError(400, "too many hotwords", given=len(hotwords), allowed=_MAX_HOTWORDS, param="hotwords")
    return Asked(tasks, language, tuple(filter(None, hotwords)))
