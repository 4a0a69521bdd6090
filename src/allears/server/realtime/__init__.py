"""`/v1/realtime`: a websocket on which somebody speaks, and is told the words as they come.

The transcription session of OpenAI's realtime interface: `settings.py` reads `session.update`, `teller.py` says in its
events what a stream hears, `session.py` is one connection.
"""
