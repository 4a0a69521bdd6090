"""Trained models -> the files the runtime loads, and the proof that both say the same."""
