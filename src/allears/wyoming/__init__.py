"""Home Assistant's voice services on one port: words, commands, replies, wake words, a voice (the Wyoming protocol).

In: events of the protocol, from any client. Out: theirs. One session hears for all of them, and for the HTTP server
beside it. docs/wyoming.md has what is answered to what. Needs the extra `allears[wyoming]`; nothing here imports torch.
"""
