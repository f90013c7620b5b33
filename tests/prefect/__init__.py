"""Prefect beside us: the same programs, what a real Prefect was seen to do with them, and what differs on purpose.

`programs/` are written as Prefect's documentation writes programs, and are run as they are by Prefect, and here with
another name in their imports. `observed/` is what Prefect did: ``python -m tests.prefect.observe`` makes it anew.
"""
