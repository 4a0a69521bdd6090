"""Progress: nothing for short work, lines in a log, a bar on a terminal."""

from __future__ import annotations

import io

from allears.cli._progress import Progress


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_short_work_is_silent() -> None:
    out = io.StringIO()
    with Progress(2, file=out, now=Clock()) as progress:
        progress.start_file("a.wav")
        progress.update(1.0, 2.0)
        progress.start_file("b.wav")
    assert out.getvalue() == ""


def test_long_work_says_a_line_now_and_then() -> None:
    out, clock = io.StringIO(), Clock()
    with Progress(2, file=out, now=clock) as progress:
        progress.start_file("a.wav")
        for second in range(31):
            clock.now_s = float(second)
            progress.update(30.0 * second, 1000.0 if second < 20 else None)
    assert out.getvalue().splitlines() == [
        "[1/2] a.wav: 300 of 1000 s heard",
        "[1/2] a.wav: 600 s heard",
        "[1/2] a.wav: 900 s heard",
    ]


def test_quiet_is_quiet() -> None:
    out, clock = io.StringIO(), Clock()
    with Progress(1, is_quiet=True, file=out, now=clock) as progress:
        clock.now_s = 100.0
        progress.start_file("a.wav")
    assert out.getvalue() == ""


def test_a_terminal_gets_a_bar_with_the_name_as_it_is() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out, clock = Terminal(), Clock()
    with Progress(3, file=out, now=clock) as progress:
        clock.now_s = 5.0
        progress.start_file("[b]a.wav")
        progress.update(10.0, 100.0)
        progress.pause()
        progress.update(20.0, 100.0)
    assert "[1/3] [b]a.wav" in out.getvalue()
