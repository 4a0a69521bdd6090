"""What skills talk to: players, mixers, and services of the network; each known by what it can do alone."""
