"""Tests of the parts of recipes/base that read files of others."""
