"""Adapts the head that spells to a grammar of commands, with synthetic speech of its sentences. Needs torch."""
