"""Keeps everything that happens, so that no answer is lost or asked twice.

`open.open_store` gives a `Store`; the modules named after nouns hold the operations, plain functions on a connection that
are handed to `Store.write` and `Store.read`. Every statement is SQLAlchemy Core and says nothing of one database; what is
SQLite's own is in `sqlite`. This file imports nothing: SQLAlchemy is paid for by whoever opens a store.
"""
