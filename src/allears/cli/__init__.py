"""The `allears` command: one file a verb, found by looking into this folder.

A verb module has the verb's name (`hear.py` is `allears hear`; `_` becomes `-`) and gives three things:

* its docstring, whose first line is the summary in `allears --help` and whose rest is shown by `allears VERB --help`;
* `add_arguments(parser: argparse.ArgumentParser) -> None`, which adds its options (sub-verbs: `parser.add_subparsers`);
* `run(args: argparse.Namespace) -> int`, which does the work and returns the exit code.

A module whose name starts with `_` is a helper, not a verb; `app.py` is the command itself. Only the module of the verb
that was asked for is imported, and `--help` imports all of them, so what is heavy (torch, pydantic, rich) is imported
inside `run`. A `ValueError` or `OSError` that leaves `run` is shown as one line on stderr and ends with code 2.

Why argparse: with the same verb and options, typer 0.29 starts in 0.21 s and argparse in 0.03 s, since typer brings
pydantic; that is a large part of what a short clip takes from the key press to the text.
"""
