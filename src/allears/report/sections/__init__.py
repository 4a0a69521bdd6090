"""The parts of the page: one file each, `Material` in, `Section` out. `build.py` puts them in order."""
