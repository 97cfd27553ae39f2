"""How use cases are joined with the store, the registry and the adapters: a file for each subject.

`bootstrap` is its table of contents, and the only one who asks.
"""
