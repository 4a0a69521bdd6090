"""What is not a plain word, one kind a file: amounts, dates, addresses, letters, signs.

In: a place in a text. Out: how what stands there is said, or None if it is not of that kind.
"""
