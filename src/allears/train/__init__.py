"""The training loop and what it leaves behind. Plain torch: every step can be read from top to bottom in `loop.py`."""
