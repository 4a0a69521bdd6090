"""Dialects of a voice trained together, softly tied, or apart; see `run.py`."""
