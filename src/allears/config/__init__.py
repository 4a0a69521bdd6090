"""One YAML file a run: checked, resolved and turned into plain arguments. No class of allears takes a config."""
