"""Artifacts of each kind, and what a run can know of itself."""

from uuid import UUID

from prefect import flow, tags, task
from prefect.artifacts import (
    create_image_artifact,
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.runtime import flow_run, task_run


@task(tags=["summing"])
def total(sales: dict[str, int]) -> int:
    create_table_artifact(
        key="sales", table=[{"shop": shop, "sold": sold} for shop, sold in sales.items()], description="# Sales"
    )
    print("task", task_run.name, task_run.task_name, sorted(task_run.tags), task_run.parameters, task_run.run_count)
    print("its flow", flow_run.flow_name, flow_run.parameters)
    return sum(sales.values())


@flow(flow_run_name="sales of {month} 1", log_prints=True)
def sales(month: str, goal: int = 100) -> list[bool]:
    found = total({"north": 40, "south": 70})
    made = [
        create_markdown_artifact(key="report", markdown=f"## {month}\n\nSold **{found}** of {goal}", description="Sum"),
        create_link_artifact(key="source", link="https://example.org/sales.csv", link_text="The file"),
        create_link_artifact(link="https://example.org/"),
        create_image_artifact(key="chart", image_url="https://example.org/chart.png", description="By shop"),
        create_table_artifact(table={"shop": ["north", "south"], "sold": [40, 70]}),
        create_table_artifact(table=[["north", 40], ["south", 70]]),
    ]
    progress = create_progress_artifact(key="months", progress=0.0, description="Months")
    for done in (50.0, 100.0):
        update_progress_artifact(artifact_id=progress, progress=done)
    about(progress)
    inner()
    return [isinstance(one, UUID) for one in made]


def about(progress: UUID) -> None:
    """Print what the run knows."""
    print("flow", flow_run.name, flow_run.flow_name, sorted(flow_run.tags), flow_run.parameters, flow_run.run_count)
    print("ids", type(flow_run.id).__name__, UUID(flow_run.id) != progress, flow_run.root_flow_run_id == flow_run.id)
    print(
        "parent",
        flow_run.parent_flow_run_id,
        flow_run.parent_deployment_id,
        flow_run.scheduled_start_time.tzinfo is not None,
    )
    print("no task", task_run.id, task_run.name, task_run.parameters, task_run.run_count)


@flow(log_prints=True)
def inner() -> None:
    print("child", flow_run.flow_name, sorted(flow_run.tags), flow_run.parent_flow_run_id == flow_run.root_flow_run_id)


@flow
def careless() -> None:
    for key in ("Sales", "the_sales", "sales of may", "süd"):
        try:
            create_markdown_artifact("text", key=key)
        except ValueError as error:
            print(key, "raises", str(error).splitlines()[2].split(" [")[0].strip() if "\n" in str(error) else error)
    attempt("too much", lambda: isinstance(create_progress_artifact(200.0), UUID))
    attempt("less than nothing", lambda: isinstance(create_progress_artifact(-1.0), UUID))


def attempt(name, call):
    """Print what a call gives or raises."""
    try:
        print(f"{name}: {call()!r}")
    except Exception as error:
        print(f"{name} raises {type(error).__name__}: {error}")


def main():
    with tags("monthly"):
        attempt("sales", lambda: sales("May"))
    careless()
    attempt("outside", lambda: [flow_run.id, flow_run.name, flow_run.tags, flow_run.parameters, flow_run.run_count])
    attempt("outside any task", lambda: [task_run.id, task_run.name, task_run.tags, task_run.parameters])
    attempt("unknown", lambda: flow_run.colour)


if __name__ == "__main__":
    main()
