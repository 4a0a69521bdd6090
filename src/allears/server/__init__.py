"""The server: everything the model hears over HTTP and websockets, in the words of OpenAI's audio interface. No torch.

`app.py` puts it together, `routes/` has a file a group of addresses, `run.py` is the process. What the routes share is
one value, `Serving`. Needs the extra: pip install 'allears[server]'.
"""
