"""A plug-in folder: every file in it registers what it offers, and nothing else has to be edited.

In: the name of a package whose modules call `registry.register`. Out: name -> builder.
Third parties add theirs through an entry point group. Two plug-ins of one name are an error.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.metadata
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

__all__ = ["Registry"]

T = TypeVar("T")
Builder = Callable[..., T]
F = TypeVar("F", bound=Callable[..., Any])


class Registry(Generic[T]):
    """Builders by name, filled on first look.

    Args:
        what: singular noun for messages, `task`.
        package: dotted name of the plug-in folder.
        entry_points: group through which installed packages add theirs.
    """

    def __init__(self, what: str, package: str, entry_points: str) -> None:
        self._what, self._package, self._group = what, package, entry_points
        self._builders: dict[str, Builder[T]] = {}
        self._has_folder = self._has_entry_points = False

    def register(self, builder: F) -> F:
        """Decorator: offer `builder` under its function name (`_` becomes `-`).

        Raises:
            ValueError: the name is taken.
        """
        name = builder.__name__.rstrip("_").replace("_", "-")
        if name in self._builders:
            raise ValueError(f"two {self._what}s are called {name!r}: rename {builder.__module__}.{builder.__name__}")
        self._builders[name] = builder
        return builder

    def __getitem__(self, name: str) -> Builder[T]:
        """The builder of that name.

        Raises:
            ValueError: there is none; the message names the nearest and all there are.
        """
        self._fill_from_folder()
        if name not in self._builders:  # only now: reading every installed package's entry points takes 40 ms
            self._fill_from_entry_points()
        if name not in self._builders:
            near = difflib.get_close_matches(name, self._builders, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"unknown {self._what} {name!r}.{hint} There are: {', '.join(sorted(self._builders))}")
        return self._builders[name]

    def __iter__(self) -> Iterator[str]:
        self._fill()
        return iter(sorted(self._builders))

    def __len__(self) -> int:
        self._fill()
        return len(self._builders)

    def _fill(self) -> None:
        self._fill_from_folder()
        self._fill_from_entry_points()

    def _fill_from_folder(self) -> None:
        if self._has_folder:
            return
        self._has_folder = True  # at once: a module that is being imported may look here
        try:
            folder = importlib.import_module(self._package)
            for module in pkgutil.iter_modules(folder.__path__):
                importlib.import_module(f"{self._package}.{module.name}")
        except BaseException:
            self._has_folder = False  # or a second look would say that what was not reached does not exist
            raise

    def _fill_from_entry_points(self) -> None:
        if self._has_entry_points:
            return
        self._has_entry_points = True
        for point in importlib.metadata.entry_points(group=self._group):
            point.load()
