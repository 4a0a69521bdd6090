"""A new voice or dialect from minutes of speech: it is aligned, its vector learned, a voice folder written.

Steps: clips and texts (`clips.py`), phones (`read.py`), when each was said (`align.py`), pitch (`pitch.py`), what is
learned from (`material.py`), learning (`learn.py`), before and after (`measure.py`), the new folder (`folder.py`).
"""
