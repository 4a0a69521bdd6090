"""The pictures: one file each, numbers in, `Picture` out. Drawn by matplotlib without any global state."""
