"""Answers that are there before they are asked for: from a file, or from a test.

By flow; in a flow by pause key, where an answer holds for every run, or in order, where each is given once. A person
decides nothing here: an answer from here goes through the inbox and is judged like any other.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hitl_jupyter.engine import answers_file
from hitl_jupyter.exceptions import AnswersFileError

ANY = "*"
"""Stands for every flow that is not named."""


@dataclass(slots=True, eq=False)
class Answer:
    """One answer: what it says, where it comes from (for the record), where it is written (for people)."""

    data: Any
    origin: str
    place: str
    given: bool = False


@dataclass(slots=True)
class Section:
    """The answers of one flow."""

    by_key: dict[str, Answer] = field(default_factory=dict)
    in_order: list[Answer] = field(default_factory=list)
    line: int | None = None

    def all(self) -> Iterable[Answer]:
        """Give every answer, those in order first."""
        return (*self.in_order, *self.by_key.values())


class Answers:
    """The answers there are, and which of them are given. Safe to use from any thread."""

    def __init__(self, sections: Mapping[str, Section], *, name: str, path: Path | None = None, stamp: int = 0) -> None:
        self.name, self.path, self.stamp = name, path, stamp
        self._sections = sections
        self.recalled: set[str] = set()
        """The root runs of which is known what they were given before they were taken up."""
        self._met: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    @classmethod
    def from_file(cls, path: Path) -> Answers:
        """Read a file of answers.

        Raises
        ------
        AnswersFileError
            It is missing, or does not have the shape of one.
        """
        stamp = path.stat().st_mtime_ns if path.exists() else 0
        written = answers_file.read(path)
        made = _Making(path.name, path, written.lines)
        return cls(made.sections(written.data), name=path.name, path=path, stamp=stamp)

    @classmethod
    def of(
        cls,
        in_order: Sequence[Any] = (),
        by_key: Mapping[str, Any] | None = None,
        flows: Mapping[str, Any] | None = None,
        *,
        name: str = "testing.answers",
    ) -> Answers:
        """Take answers from Python: for any flow in order and by key, and by flow as a file has them.

        Raises
        ------
        AnswersFileError
            A flow's answers are neither a mapping nor a list.
        """
        made = _Making(name, None, {})
        sections = made.sections(dict(flows or {}))
        if in_order or by_key:
            rest = sections.setdefault(ANY, Section())
            rest.in_order = [*made.in_order(ANY, in_order).in_order, *rest.in_order]
            rest.by_key.update(made.by_key(ANY, by_key or {}).by_key)
        return cls(sections, name=name)

    # -- giving -----------------------------------------------------------------------------------------------------

    def take(self, flow: str, key: str) -> Answer | None:
        """Give the answer to a flow's pause, by its key or else the next in order; None if there is none."""
        section = self._section(flow)
        with self._lock:
            found = section.by_key.get(key) or next((one for one in section.in_order if not one.given), None)
            if found is not None:
                found.given = True
            return found

    def put_back(self, answer: Answer) -> None:
        """Take back an answer that nobody needed: another one was first."""
        with self._lock:
            answer.given = False

    def pass_over(self, origins: Collection[str]) -> None:
        """Leave out what a run was given before it was taken up again: it holds those answers already."""
        with self._lock:
            for section in self._sections.values():
                for answer in section.all():
                    answer.given = answer.given or answer.origin in origins

    def gives_in_order(self, flow: str) -> bool:
        """Tell whether a flow has answers in order."""
        return bool(self._section(flow).in_order)

    def met(self, root_id: str, flow: str) -> None:
        """Take note that a root run, or a subflow of it, asks as a flow."""
        with self._lock:
            self._met.setdefault(root_id, set()).add(flow)

    def leave(self, root_id: str) -> frozenset[str]:
        """Forget a root run that is over; gives the flows as which it asked."""
        with self._lock:
            self.recalled.discard(root_id)
            return frozenset(self._met.pop(root_id, ()))

    # -- what is wrong with them ------------------------------------------------------------------------------------

    def check_flow(self, flow: str) -> None:
        """Let a flow begin whose name is not misspelt here.

        Raises
        ------
        AnswersFileError
            The file has the flow under a name that differs in hyphens or capitals only.
        """
        if flow in self._sections or ANY in self._sections:
            return
        for name, section in self._sections.items():
            if _folded(name) == _folded(flow):
                what = f"it has answers for {name!r}, but the flow is named {flow!r}. Write the name as it is."
                raise AnswersFileError(str(self.path or self.name), what, section.line)

    def lacking(self, flow: str, key: str) -> str:
        """Say that there is no answer to a pause, and what there is instead: the end of a sentence."""
        if flow not in self._sections and ANY not in self._sections:
            return f"{self.name} has nothing for flow {flow!r}{_but(flow, self._sections)}"
        section = self._section(flow)
        if section.in_order and not section.by_key:
            return f"all answers that {self.name} has for it ({len(section.in_order)}) are given"
        left = [name for name, answer in section.by_key.items() if not answer.given]
        return f"{self.name} has no answer for pause {key!r} of flow {flow!r}{_but(key, left)}"

    def left_over(self, flows: Collection[str] | None = None) -> list[str]:
        """Give the places of the answers that nobody asked for, of some flows or of all."""
        sections = self._sections.values() if flows is None else {id(s): s for s in map(self._section, flows)}.values()
        with self._lock:
            return [answer.place for section in sections for answer in section.all() if not answer.given]

    def _section(self, flow: str) -> Section:
        return self._sections.get(flow) or self._sections.get(ANY) or Section()


class _Making:
    """Makes sections of what a file or a test says."""

    def __init__(self, name: str, path: Path | None, lines: Mapping[answers_file.Place, int]) -> None:
        self._name, self._path, self._lines = name, path, lines

    def sections(self, data: Any) -> dict[str, Section]:
        """Give the sections by the names of the flows.

        Raises
        ------
        AnswersFileError
            The data does not have the shape of answers.
        """
        if isinstance(data, list):
            return {ANY: self.in_order(ANY, data)}
        if not isinstance(data, dict):
            raise self._wrong("it must name flows with their answers, or list answers in order.", ())
        return {str(flow): self._section(str(flow), answers) for flow, answers in data.items()}

    def in_order(self, flow: str, answers: Iterable[Any]) -> Section:
        """Give the section of a list."""
        section = Section(line=self._lines.get((flow,)))
        for index, data in enumerate(answers):
            which = f"answer {index + 1}{_of(flow)}"
            section.in_order.append(Answer(data, f"{self._name}, {which}", self._place(which, flow, index)))
        return section

    def by_key(self, flow: str, answers: Mapping[Any, Any]) -> Section:
        """Give the section of a mapping."""
        section = Section(line=self._lines.get((flow,)))
        for key, data in answers.items():
            which = f"{str(key)!r}{_of(flow)}"
            section.by_key[str(key)] = Answer(data, f"{self._name}, {which}", self._place(which, flow, key))
        return section

    def _section(self, flow: str, answers: Any) -> Section:
        if isinstance(answers, list | tuple):
            return self.in_order(flow, answers)
        if isinstance(answers, Mapping):
            return self.by_key(flow, answers)
        what = f"the answers{_of(flow)} must stand under the keys of its pauses, or in a list in their order."
        raise self._wrong(what, (flow,))

    def _place(self, which: str, flow: str, key: Any) -> str:
        line = self._lines.get((flow, key), self._lines.get((key,)) if flow == ANY else None)
        return f"{self._name}, line {line}, {which}" if line else f"{self._name}, {which}"

    def _wrong(self, what: str, at: answers_file.Place) -> AnswersFileError:
        return AnswersFileError(str(self._path or self._name), what, self._lines.get(at))


def _of(flow: str) -> str:
    return "" if flow == ANY else f" of flow {flow!r}"


def _folded(name: str) -> str:
    return name.casefold().replace("_", "-").replace(" ", "-")


def _but(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), 1)
    return f" (it has {near[0]!r}; is that the one?)" if near else ""
