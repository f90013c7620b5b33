"""Tasks and subflows, with parameters, names and tags: what the weather was in some cities."""

import asyncio
from datetime import date

from prefect import flow, get_run_logger, tags, task
from prefect.exceptions import ParameterBindError, ParameterTypeError

READINGS = {"Oslo": [3, 5, 4], "Lima": [19, 21, 20], "Atlantis": []}


@task(tags=["io"])
def read(city: str, days: int = 3) -> list[int]:
    get_run_logger().info("Reading %d days of %s", days, city)
    return READINGS[city][:days]


@task(name="Mean of a list", task_run_name="mean of {what} 1", description="Adds and divides.")
def mean(numbers: list[int], what: str) -> float:
    if not numbers:
        raise ValueError(f"no readings of {what}")
    return sum(numbers) / len(numbers)


@task
async def send(text: str) -> int:
    await asyncio.sleep(0)
    get_run_logger().warning("Sending %s", text)
    return len(text)


@task
def read_and_count(city: str) -> int:
    return len(read(city))


@flow(flow_run_name="weather in {city} 1", log_prints=True)
def weather(city: str, days: int = 3) -> float:
    found = mean(read(city, days), what=city)
    print(f"{city} had {found} degrees")
    return found


@flow(name="Compare cities", log_prints=True, description="The warmest of some cities.")
def compare(cities: list[str], on: date) -> str:
    print("on", on.isoformat(), sep=": ")
    with tags("compared"):
        means = {city: weather(city) for city in cities}
    if read_and_count("Lima") != 3:
        raise AssertionError
    return max(means, key=means.get)


@flow
async def report(city: str) -> str:
    found = weather(city, days=2)
    sent = await send(f"{city}: {found}")
    return f"{sent} characters sent"


@flow
def careful(city: str) -> str:
    try:
        return str(weather(city))
    except ValueError as error:
        get_run_logger().error("Nothing to say: %s", error)
        return "unknown"


@flow(validate_parameters=False)
def trusting(number: int) -> str:
    return type(number).__name__


def attempt(name, call):
    """Print what a call gives or raises."""
    try:
        print(f"{name}: {call()!r}")
    except Exception as error:
        print(f"{name} raises {type(error).__name__}: {error}")


def main():
    attempt("compare", lambda: compare(["Oslo", "Lima"], "2026-01-02"))
    attempt("report", lambda: asyncio.run(report("Lima")))
    attempt("careful", lambda: careful("Atlantis"))
    with tags("outside"):
        attempt("weather of nowhere", lambda: weather("Atlantis"))
    attempt("converted", lambda: weather("Oslo", days="1"))
    attempt("wrong parameter", lambda: weather("Oslo", days="many"))
    attempt("missing parameter", weather)
    attempt("unknown parameter", lambda: weather("Oslo", nights=3))
    attempt("not validated", lambda: trusting("three"))
    attempt("another name", lambda: weather.with_options(name="Climate", flow_run_name="climate 1")("Lima"))
    attempt("the function itself", lambda: mean.fn([1, 2], what="two numbers"))
    attempt("names", lambda: (weather.name, compare.name, read.name, mean.name, mean.description))
    attempt("kinds of error", lambda: (ParameterBindError.__mro__[2].__name__, ParameterTypeError.__name__))


if __name__ == "__main__":
    main()
