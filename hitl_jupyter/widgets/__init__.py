"""The notebook: the only package that knows ipywidgets, anywidget, IPython and ipykernel.

Its modules are imported when the first run needs them; `kernel` alone is loaded with the package, and is light.
"""
