"""Prefect's names in a script in a real kernel: ours to the script, and no trace of them elsewhere."""

from __future__ import annotations

from tests.kernel.scripts.programs import ran


def test_prefects_names_are_ours(ready, script):
    """Every form of import gives this package's own objects, in sibling modules and functions of threads too."""
    (ready.folder / "helper_of_it.py").write_text("from prefect import task\nfrom prefect.flows import Flow\n")
    cell = script(
        """
        import importlib, sys, threading
        import hitl_jupyter, hitl_jupyter.flows, hitl_jupyter.exceptions
        import prefect
        import prefect.flows
        import prefect.exceptions as e
        from prefect import flow, flow_runs
        from prefect.flow_runs import pause_flow_run as p
        from prefect import *
        import helper_of_it
        found = []
        def later():
            import prefect
            found.append(prefect)
        thread = threading.Thread(target=later); thread.start(); thread.join()
        print(
            prefect is hitl_jupyter, prefect.flows is hitl_jupyter.flows, e is hitl_jupyter.exceptions,
            flow is hitl_jupyter.flow, p is hitl_jupyter.pause_flow_run, task is helper_of_it.task,
            importlib.import_module("prefect.flows") is hitl_jupyter.flows, found[0] is hitl_jupyter,
            [name for name in sys.modules if name.startswith("prefect")],
        )
        """
    )
    assert "True True True True True True True True []\n" == ran(ready, cell)


def test_a_name_that_does_not_exist_is_told(ready, script):
    """An import of something that is not here says so in one sentence, with the nearest name."""
    cell = script(
        """
        def tell(line):
            try: exec(line, {})
            except ImportError as e: print(e, "|", e.name)
            else: print("found", line)
        tell("import prefect.flow_rums")
        tell("from prefect import floww")
        tell("from prefect.flows import fow")
        tell("import prefect.engine.run")
        tell("from prefect import engine")
        tell("import prefect.blocks.core")
        """
    )
    lines = ran(ready, cell).splitlines()
    assert [
        "hitl_jupyter has nothing in place of 'prefect.flow_rums'. The nearest is 'flow_runs'. | prefect.flow_rums",
        "hitl_jupyter has nothing in place of 'prefect.floww'. The nearest is 'flow'. | prefect.floww",
        "hitl_jupyter has nothing in place of 'prefect.flows.fow'. The nearest is 'flow'. | prefect.flows.fow",
    ] == lines[:3]
    for line, name in zip(lines[3:], ("engine.run", "engine", "blocks.core"), strict=True):
        assert line.startswith(f"hitl_jupyter has nothing in place of 'prefect.{name}'.")


def test_an_installed_prefect_stays_what_it_is(ready, script):
    """Where Prefect is installed a script gets it; with --as-prefect ours, and everybody else keeps theirs.

    The package is a stand-in: one environment holds one Prefect or none.
    """
    package = ready.folder / "site" / "prefect"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from prefect import flows\nflow = 'real'\n")
    (package / "flows.py").write_text("def lazily():\n    import prefect.flows\n    return prefect.flow\n")
    ready.run("sys.path.insert(0, 'site')\nimport prefect\nreal = prefect")
    ready.run("before = state()")
    try:
        program = "from prefect import flow\nimport sys\nprint(flow, sys.modules['prefect'].flows.lazily())"
        assert "real real\n" == ran(ready, script(program))
        cell = script(program, call="%hitl run --as-prefect {line}")
        assert " real\n" == ran(ready, cell)[-6:]
        assert "<function flow" in cell.text
        assert "(True, 'real')" == ready.run("import prefect\nprefect is real, prefect.flow").result
    finally:
        ready.run("sys.path.remove('site')\ndel sys.modules['prefect'], sys.modules['prefect.flows'], prefect")
        ready.run("before = state()")
