"""Speaking: a text becomes sound, on this machine, without torch.

`from allears import Voice; Voice(model).say("Hello.").audio`. docs/speaking.md tells how.
"""
