"""What is one user's own: words to expect, corrections and what follows from them, voices; in one folder. No torch.

In: what the user says and types. Out: files in `user_data.user_home()`, and for a session what they mean. Everything
can be listed, exported, imported and erased. Guide: `docs/personal.md`.
"""

from allears.personal.archive import export_data, import_data
from allears.personal.corrections import Correction, CorrectionStore
from allears.personal.folder import KINDS, OwnFile, erase, own_files
from allears.personal.lexicon import Lexicon, OwnWords
from allears.personal.rules import Rule
from allears.personal.words import UserWord, WordStore

__all__ = [
    "KINDS",
    "Correction",
    "CorrectionStore",
    "Lexicon",
    "OwnFile",
    "OwnWords",
    "Rule",
    "UserWord",
    "WordStore",
    "erase",
    "export_data",
    "import_data",
    "own_files",
]
