"""The plain renderer: a form as a tree of ordinary ipywidgets, drawn from the nodes of its plan.

For hosts where anywidget is missing, and for people who take the widgets apart. It is slower and plainer than the form
that JavaScript of our own draws, and asks for no secrets: what an ipywidget holds is saved with the notebook.
"""
