"""Hearing without torch: numpy, onnxruntime and a model folder. Start at `session.py`."""
