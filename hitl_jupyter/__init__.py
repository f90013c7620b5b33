"""Flows that stop and ask a person, in a Jupyter notebook."""
