"""What `import allears` offers."""

import pytest

import allears


def test_all_names_are_there_and_sorted() -> None:
    assert allears.__all__ == sorted(allears.__all__)
    for name in allears.__all__:
        assert getattr(allears, name) is not None
    assert set(allears.__all__) <= set(dir(allears))


def test_other_names_are_told() -> None:
    with pytest.raises(AttributeError, match="it offers ModelSpec, Session, TaskSpec"):
        _ = allears.session
