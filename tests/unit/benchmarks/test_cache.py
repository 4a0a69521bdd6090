from pathlib import Path

from common.cache import Cache


def test_an_answer_is_made_once_and_kept(tmp_path: Path) -> None:
    first = Cache(tmp_path, "peer")
    assert first.get("clip", lambda: "text") == "text"
    first.save()
    assert Cache(tmp_path, "peer").get("clip", lambda: 1 / 0) == "text"


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    cache = Cache(None, "peer")
    assert cache.get("clip", lambda: 1) == 1
    cache.save()
    assert not list(tmp_path.iterdir())
