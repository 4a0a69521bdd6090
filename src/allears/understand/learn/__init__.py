"""The training side of open language: sentences to a model folder. Needs the extra `train`."""
