"""Training of the last step of a voice: frames to sound. What runs it is `speaking/vocoder.py`."""
