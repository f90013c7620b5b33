"""Scripts inside a kernel: ``%hitl run script.py`` runs a program as ``__main__``, its forms below the cell.

`run` runs one from its first line to its last, `script` is what is known of one, `stage` is what the process shows to
a script and to nobody else: its ``__main__`` (`main`), its names of Prefect (`prefect`), its ``asyncio.run`` (`loops`,
`tasks`) and the rest (`swaps`, `surroundings`). Outside a kernel ``python script.py`` needs none of it.
"""

from hitl_jupyter.scripts.run import run_script

__all__ = ["run_script"]
