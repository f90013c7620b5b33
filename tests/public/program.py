"""Runs in the environment that has a public package: every model of it as a form, and values that are made for it.

Prints what became of them, as JSON: counts, and each failure.
"""

from __future__ import annotations

import copy
import importlib
import inspect
import json
import pkgutil
import random
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

from polyfactory.factories.pydantic_factory import ModelFactory
from pydantic import BaseModel, ValidationError

from hitl_jupyter.forms import Document, compile_plan, judge
from hitl_jupyter.forms.filling import fill_in
from hitl_jupyter.widgets import Form
from tests.forms.corpus import outside, places

VALUES = 3
"""Values that are made for each model."""
MUTATIONS = 3
"""Values with one defect that are made of each of them."""
NOTHING: Any = object()
WRONG = ["no such thing", "", -(10**40), NOTHING, None, [["no", "list"]], {"no": ["such", "thing"]}]
"""What stands in the place of a good value; `NOTHING` is no value at all."""


def main(package: str, every: int, seed: int) -> None:
    """Print the results for all models, or one in `every` of them, by name."""
    warnings.simplefilter("ignore")
    results = Results()
    for model in models_of(package)[::every]:
        results.add(model, seed)
    print(json.dumps({"counts": results.counts, "failures": results.failures}, default=repr))


def models_of(package: str) -> list[type[BaseModel]]:
    """Give the public models of a package, each once."""
    root = importlib.import_module(package)
    names = [package, *(found.name for found in pkgutil.walk_packages(root.__path__, f"{package}."))]
    found: dict[str, type[BaseModel]] = {}
    for name in names:
        if any(part.startswith("_") for part in name.split(".")) and name not in sys.modules:
            continue
        module = importlib.import_module(name)
        for value in vars(module).values():
            if inspect.isclass(value) and issubclass(value, BaseModel) and is_own(value, package):
                found[f"{value.__module__}.{value.__qualname__}"] = value
    return [found[name] for name in sorted(found)]


def is_own(model: type[BaseModel], package: str) -> bool:
    """Tell whether a class is a whole one of the package: no generic one that still lacks its types."""
    generic = bool(getattr(model, "__pydantic_generic_metadata__", {}).get("parameters"))
    own = f"{model.__module__}.".startswith(f"{package}.")
    return own and not model.__name__.startswith("_") and not generic


class Results:
    """What became of the models so far."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.failures: list[Any] = []

    def add(self, model: type[BaseModel], seed: int) -> None:
        """Open the form of a model, and fill it in."""
        self.counts["models"] += 1
        try:
            form: Any = Form(model)
            json.dumps(form._document.plan.to_json(), allow_nan=False)
        except Exception as error:
            self.failures.append([model.__name__, "does not open", repr(error)[:500]])
            return
        self.counts["opened"] += 1
        for data in made(model, seed):
            self.counts["valid values"] += 1
            self.valid(model, form, data)
            for wrong in mutations(model, data, random.Random(seed)):
                self.invalid(model, wrong)
        form.close()

    def valid(self, model: type[BaseModel], form: Any, data: Any) -> None:
        """Fill in a valid value, and look at what comes back."""
        form.fill(data)
        value = form.submit()
        expected = model.model_validate(data)
        if value == expected and type(value) is type(expected):
            self.counts["equal"] += 1
        else:
            self.failures.append([model.__name__, "another value", data, form.errors, value, expected])

    def invalid(self, model: type[BaseModel], data: Any) -> None:
        """Fill in an invalid value, and look where it is refused."""
        self.counts["invalid values"] += 1
        document = Document(compile_plan(model))
        unheld = fill_in(document, data)
        if unheld:
            self.counts["cannot be entered"] += 1
            return
        verdict = judge(model, document)
        try:
            model.model_validate(document.to_input())
        except ValidationError as error:
            expected = places(document.plan, document, error.errors())
            said = {outside(one.path, expected) for one in verdict.errors}
            if not said or said - expected:
                self.failures.append([model.__name__, "refused elsewhere", data, verdict.errors, error.errors()])
            else:
                # Of a union in a union the inner one is judged first; what else is wrong in the outer one comes next.
                self.counts["refused in place" if said == expected else "refused in place, step by step"] += 1
        else:
            # What is left out has its default, or is what the form shows.
            self.counts["completed by the form" if verdict.ok else "refused in place"] += 1


def made(model: type[BaseModel], seed: int) -> Iterator[Any]:
    """Give valid values of a model as JSON, as far as the factory can make some."""
    try:
        factory: Any = ModelFactory.create_factory(model, __random_seed__=seed, __check_model__=False)
    except Exception:
        return
    for _ in range(VALUES):
        try:
            data = json.loads(factory.build().model_dump_json(by_alias=True, exclude_none=True))
            model.model_validate(data)
        except Exception:
            continue
        yield data


def mutations(model: type[BaseModel], data: Any, dice: random.Random) -> Iterator[Any]:
    """Give values with one defect, which pydantic refuses."""
    places = list(leaves(data))
    found = 0
    for place in dice.sample(places, len(places)):
        for wrong in dice.sample(WRONG, len(WRONG)):
            changed = copy.deepcopy(data)
            inside = changed
            for step in place[:-1]:
                inside = inside[step]
            inside[place[-1]] = wrong
            if wrong is NOTHING:
                del inside[place[-1]]
            try:
                model.model_validate(changed)
            except ValidationError:
                yield changed
                found += 1
                break
            except Exception:
                continue
        if found == MUTATIONS:
            return


def leaves(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the places of all values."""
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, part in parts:
        yield (*place, step)
        yield from leaves(part, (*place, step))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
