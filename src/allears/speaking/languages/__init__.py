"""One file a language: the words for its signs, money, units, months (`allears/speaking/language.py` says which)."""
