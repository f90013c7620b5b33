"""The types of the API, tested by using them: mypy reads this file, nobody runs it."""

from __future__ import annotations

from typing import assert_type

from pydantic import BaseModel

from hitl_jupyter.forms import Document, Plan, RunInput, Verdict, compile_plan, judge, run_input_type


class Person(RunInput):
    name: str


class Plain(BaseModel):
    name: str


assert_type(run_input_type(Person), type[Person])
assert_type(run_input_type(Plain), type[RunInput])
assert_type(run_input_type(int | None), type[RunInput])
assert_type(run_input_type("str"), type[RunInput])
assert_type(Person.with_initial_data(name="Ana"), type[Person])
assert_type(compile_plan(Person), Plan)
verdict = judge(Person, Document(compile_plan(Person)))
assert_type(verdict, Verdict[Person])
if verdict.value is not None:
    assert_type(verdict.value, Person)
    assert_type(verdict.value.name, str)
