"""The terminal: shows logs on stderr and asks questions line by line, outside a notebook.

`presenter` is what the engine talks to; `asker` is the thread that asks one question after the other, `interview`
walks a form with `entries` and `jsontext`, `keyboard` and `screen` are the two ends of the terminal. Where there is no
terminal `words.notice` says how else to answer.
"""

from hitl_jupyter.terminal.presenter import Terminal

__all__ = ["Terminal"]
