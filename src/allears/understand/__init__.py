"""Open language: a transcript's domain, intent and values, and whether it is anything the model knows. No torch.

`from allears.understand import Reader; Reader().read("turn on the light in the kitchen").intent`. The training side is
in `allears.understand.learn`.
"""

from allears.understand.answers import Meaning, SlotValue
from allears.understand.reader import Reader
from allears.understand.spec import LabelSet, UnderstandSpec

__all__ = ["LabelSet", "Meaning", "Reader", "SlotValue", "UnderstandSpec"]
