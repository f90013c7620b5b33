"""Any sequence of commands keeps the promises of the store: a state machine drives a real file beside a model."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import Counter
from functools import partial
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hitl_jupyter.core.records import CorrectionRecord, Identity, PauseRecord
from hitl_jupyter.core.states import FINAL, RUN_MOVES, PauseState, StateType, SubmissionState
from hitl_jupyter.exceptions import InvalidTransition, NotPausedError
from hitl_jupyter.store import corrections, journal, owners, pauses, runs, submissions
from hitl_jupyter.store.open import open_store
from tests.store.build import FORM, Scene, T


class Machine(RuleBasedStateMachine):
    """Runs, questions and answers in a store, and beside them what each should be."""

    begun, asked, given = Bundle("begun"), Bundle("asked"), Bundle("given")
    blank: Path

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        file = shutil.copy(self.blank, self.directory.name)
        self.scene = Scene.begin(open_store(str(file)))
        self.look = sqlite3.connect(file)
        self.other = self.scene.make.owner()
        self.scene.do(owners.register, self.other)
        self.runs: dict[str, StateType] = {self.scene.run.id: T.RUNNING}
        self.owners: dict[str, str] = {self.scene.run.id: self.scene.owner.id}
        self.attempts: Counter[str] = Counter({self.scene.run.id: 1})
        # What the present attempt of a run finds: questions by key, and the values that corrections gave to some.
        self.journals: dict[str, dict[str, str]] = {self.scene.run.id: {}}
        self.corrected: dict[str, str] = {}
        # When a question was first asked, and when it last got a value.
        self.ticks = count()
        self.began: dict[str, int] = {}
        self.valued: dict[str, int] = {}
        self.pauses: dict[str, tuple[str, PauseState]] = {}
        self.identities: dict[Identity, str] = {}
        self.opened: Counter[tuple[str, str]] = Counter()
        self.closed: Counter[tuple[str, PauseState]] = Counter()
        self.answers: dict[str, tuple[str, SubmissionState]] = {}
        self.events: list[tuple] = []

    def teardown(self):
        self.look.close()
        self.scene.store.close()
        self.directory.cleanup()

    # -- the model ----------------------------------------------------------------------------------------------------

    def _close(self, pause_id, outcome):
        run_id, _ = self.pauses[pause_id]
        self.pauses[pause_id] = run_id, outcome
        self.closed[pause_id, outcome] += 1
        if outcome in (PauseState.ANSWERED, PauseState.TIMED_OUT):
            self.valued[pause_id] = next(self.ticks)
        if self.runs[run_id] is T.PAUSED and not self._open(run_id):
            self.runs[run_id] = T.RUNNING

    def _open(self, run_id):
        return [id_ for id_, (of, state) in self.pauses.items() if of == run_id and state is PauseState.OPEN]

    # -- the commands -------------------------------------------------------------------------------------------------

    # Few, so that enough happens in each.
    @precondition(lambda self: len(self.runs) < 4)
    @rule(target=begun)
    def begin(self):
        run = self.scene.add_run()
        self.runs[run.id], self.owners[run.id], self.attempts[run.id] = T.RUNNING, self.scene.owner.id, 1
        self.journals[run.id] = {}
        return run

    @rule(run=begun, type_=st.sampled_from([type_ for type_ in T if type_ is not T.PAUSED]), retry=st.booleans())
    def advance(self, run, type_, retry):
        """Finish, crash, cancel, go on, retry: every state but Paused."""
        if type_ not in RUN_MOVES[self.runs[run.id]]:
            with pytest.raises(InvalidTransition):
                self.scene.advance(type_, run)
            return
        retry = retry and type_ is T.RUNNING
        self.scene.advance(type_, run, attempt=self.attempts[run.id] + 1 if retry else None)
        if retry:
            self.attempts[run.id] += 1
            self.journals[run.id] = {}
        for id_ in self._open(run.id):
            self.pauses[id_] = run.id, PauseState.INTERRUPTED if type_ is T.CRASHED else PauseState.CANCELLED
            self.closed[id_, self.pauses[id_][1]] += 1
        self.runs[run.id] = type_

    @rule(
        target=asked,
        run=begun,
        key=st.sampled_from("abcd"),
        form=st.sampled_from([FORM, None]),
        again=st.booleans(),
    )
    def open(self, run, key, form, again):
        """Ask, or ask again what timed out or was interrupted."""
        identity = Identity(run.id, self.attempts[run.id], "", key)
        recorded = self.journals[run.id].get(key)
        if recorded in self.corrected:
            return multiple()
        if recorded is not None:
            (identity,) = (at for at, id_ in self.identities.items() if id_ == recorded)
        pause = self.scene.make.pause(run, key, identity=identity, form=form and form.fingerprint)
        command = partial(pauses.open_, again=again), pause, form, self.scene.make.state(T.PAUSED)
        known = self.identities.get(pause.identity)
        if known is not None and not (
            again and self.pauses[known][1] in (PauseState.TIMED_OUT, PauseState.INTERRUPTED)
        ):
            recorded = self.scene.do(*command)
            assert (known, self.pauses[known][1]) == (recorded.id, recorded.state)
            return recorded
        if self.runs[run.id] not in (T.RUNNING, T.PAUSED):
            with pytest.raises(InvalidTransition):
                self.scene.do(*command)
            return multiple()
        before = self.scene.see(pauses.get, known) if known is not None else None
        assert self.scene.do(*command) is None
        self.opened["pause.opened" if before is None else "pause.reopened", known or pause.id] += 1
        self.runs[run.id] = T.PAUSED
        if before is None:
            self.pauses[pause.id] = run.id, PauseState.OPEN
            self.identities[pause.identity] = self.journals[run.id][key] = pause.id
            self.began[pause.id] = next(self.ticks)
            return pause
        self.pauses[known] = run.id, PauseState.OPEN
        if before.form != pause.form:
            for id_, (of, state) in self.answers.items():
                if of == known and state is SubmissionState.RECEIVED:
                    self.answers[id_] = known, SubmissionState.SENT_BACK
        return before

    @rule(target=asked, run=begun, keys=st.permutations("abcd"), many=st.integers(1, 4), one_by_one=st.booleans())
    def ask_and_answer(self, run, keys, many, one_by_one):
        """Ask and have answered one question after the other, or ask several at once and have the first answered."""
        if self.runs[run.id] not in (T.RUNNING, T.PAUSED):
            return multiple()
        asked = []
        for key in keys[:many]:
            question = self.open(run, key, None, again=True)
            if not isinstance(question, PauseRecord):
                continue
            if self.pauses[question.id][1] is PauseState.OPEN and (one_by_one or not asked):
                self.accept(self.receive(question))
            asked.append(question)
        return multiple(*asked)

    @rule(target=given, pause=asked)
    def receive(self, pause):
        answer = self.scene.make.submission(pause)
        if self.pauses[pause.id][1] is not PauseState.OPEN:
            with pytest.raises(NotPausedError):
                self.scene.do(submissions.receive, answer)
            return multiple()
        self.scene.do(submissions.receive, answer)
        self.answers[answer.id] = pause.id, SubmissionState.RECEIVED
        return answer

    @rule(answer=given)
    def accept(self, answer):
        pause_id, state = self.answers[answer.id]
        wins = state is SubmissionState.RECEIVED and self.pauses[pause_id][1] is PauseState.OPEN
        lost = self.scene.accept(answer, answer.id)
        assert wins == (lost is None)
        if wins:
            self.answers[answer.id] = pause_id, SubmissionState.ACCEPTED
            self._close(pause_id, PauseState.ANSWERED)
        elif state is SubmissionState.RECEIVED:
            self.answers[answer.id] = pause_id, SubmissionState.SENT_BACK

    @rule(answer=given)
    def send_back(self, answer):
        pause_id, state = self.answers[answer.id]
        command = (submissions.send_back, answer.id, {"": "no"}, self.scene.make.now())
        if state is not SubmissionState.RECEIVED:
            with pytest.raises(InvalidTransition):
                self.scene.do(*command)
            return
        self.scene.do(*command)
        self.answers[answer.id] = pause_id, SubmissionState.SENT_BACK

    @rule(pause=asked, outcome=st.sampled_from([PauseState.TIMED_OUT, PauseState.CANCELLED, PauseState.INTERRUPTED]))
    def close(self, pause, outcome):
        """Time out, or cancel one question."""
        was_open = self.pauses[pause.id][1] is PauseState.OPEN
        assert was_open == self.scene.close(pause, outcome)
        if was_open:
            self._close(pause.id, outcome)

    @rule(run=begun, type_=st.sampled_from(sorted(FINAL)))
    def end(self, run, type_):
        """Close what is open and end the run, in one operation."""
        if type_ not in RUN_MOVES[self.runs[run.id]]:
            return
        make, open_ = self.scene.make, self._open(run.id)

        def end(conn):
            for id_ in open_:
                pauses.close(conn, id_, PauseState.CANCELLED, make.now(), None)
            runs.advance(conn, run.id, make.state(type_))

        self.scene.do(end)
        for id_ in open_:
            self.pauses[id_] = run.id, PauseState.CANCELLED
            self.closed[id_, PauseState.CANCELLED] += 1
        self.runs[run.id] = type_

    @rule(run=begun, taker=st.booleans(), expected=st.booleans())
    def claim(self, run, taker, expected):
        """Take a run up, with a right or a wrong idea of who has it."""
        both = (self.scene.owner.id, self.other.id)
        won = self.scene.do(runs.claim, run.id, both[taker], both[expected], self.scene.make.now(), "ana", "card")
        assert (self.owners[run.id] == both[expected]) == won
        if won:
            self.owners[run.id] = both[taker]

    @rule(pause=asked)
    def correct(self, pause):
        """Supersede the value of a question that the present attempt finds."""
        pause_id, run = pause.id, self.scene.see(runs.get, pause.identity.run_id)
        found = pause_id in self.journals[run.id].values()
        if not found or pause_id not in self.valued or self.pauses[pause_id][1] is PauseState.OPEN:
            return
        make, attempt = self.scene.make, self.attempts[run.id] + 1
        new_id = str(uuid4())
        cut = self.scene.see(journal.cut, pause_id)
        made = CorrectionRecord(new_id, run.id, attempt, pause_id, new_id, None, "ana", "card", make.now(), cut)
        command = (corrections.add, made, make.state(T.RUNNING))
        if self.runs[run.id] in (T.CANCELLED, T.CANCELLING):
            with pytest.raises(InvalidTransition):
                self.scene.do(*command)
            return
        self.scene.do(*command)
        self.opened["pause.corrected", pause_id] += 1
        for id_ in self._open(run.id):
            self.pauses[id_] = run.id, PauseState.CANCELLED
            self.closed[id_, PauseState.CANCELLED] += 1
        self.runs[run.id], self.attempts[run.id] = T.RUNNING, attempt
        self.journals[run.id] = {
            key: id_
            for key, id_ in self.journals[run.id].items()
            if id_ == pause_id
            or (self.began[id_] < self.valued[pause_id] and self.pauses[id_][1] is not PauseState.CANCELLED)
            or (id_ in self.corrected and self.began[id_] < self.valued[pause_id])
        }
        self.corrected[pause_id] = new_id
        self.valued[pause_id] = next(self.ticks)

    # -- the promises -------------------------------------------------------------------------------------------------

    def rows(self, query):
        return self.look.execute(query).fetchall()

    @invariant()
    def the_store_holds_what_the_model_holds(self):
        assert self.runs == {id_: StateType(type_) for id_, type_ in self.rows("SELECT id, state_type FROM flow_run")}
        stored = self.rows("SELECT id, run_id, state FROM pause")
        assert self.pauses == {id_: (run_id, PauseState(state)) for id_, run_id, state in stored}
        stored = self.rows("SELECT id, pause_id, state FROM submission")
        assert self.answers == {id_: (of, SubmissionState(state)) for id_, of, state in stored}

    @invariant()
    def a_question_has_at_most_one_accepted_answer(self):
        accepted = self.rows("SELECT pause_id, id FROM submission WHERE state = 'accepted'")
        assert len(accepted) == len({pause_id for pause_id, _ in accepted})
        assert set(accepted) == set(self.rows("SELECT id, answer_id FROM pause WHERE answer_id IS NOT NULL"))
        assert set(accepted) == set(
            self.rows("SELECT id, json_extract(value, '$') FROM pause WHERE state = 'answered'")
        )

    @invariant()
    def a_run_is_paused_if_and_only_if_a_question_is_open(self):
        waiting = {run_id for (run_id,) in self.rows("SELECT run_id FROM pause WHERE state = 'open'")}
        assert waiting == {id_ for (id_,) in self.rows("SELECT id FROM flow_run WHERE state_type = 'PAUSED'")}

    @invariant()
    def every_history_is_a_path_to_the_present_state(self):
        last: dict[str, StateType] = {}
        for run_id, type_ in self.rows("SELECT run_id, type FROM flow_run_state ORDER BY number"):
            assert StateType(type_) in RUN_MOVES[last.get(run_id)]
            last[run_id] = StateType(type_)
        assert self.runs == last

    @invariant()
    def events_are_append_only_and_one_for_each_state(self):
        now = self.rows("SELECT * FROM event ORDER BY number")
        assert self.events == now[: len(self.events)]
        self.events = now
        states = self.rows("SELECT run_id, id FROM flow_run_state ORDER BY number")
        told = self.rows(
            "SELECT run_id, json_extract(payload, '$.state_id') FROM event WHERE kind LIKE 'flow-run.%' "
            "AND kind != 'flow-run.TakenUp' ORDER BY number"
        )
        assert states == told

    @invariant()
    def every_question_has_its_events(self):
        kinds = Counter(self.rows("SELECT kind, pause_id FROM event WHERE kind LIKE 'pause.%'"))
        assert self.opened + Counter({(f"pause.{how}", id_): n for (id_, how), n in self.closed.items()}) == kinds

    @invariant()
    def a_run_finds_what_its_attempt_is_to_find(self):
        values = {
            id_: answer_id
            for answer_id, id_ in self.rows("SELECT id, pause_id FROM submission WHERE state = 'accepted'")
        }
        for run_id, expected in self.journals.items():
            found = self.scene.see(journal.load, run_id, self.attempts[run_id])
            assert {
                key: (id_, PauseState.ANSWERED, self.corrected[id_])
                if id_ in self.corrected
                else (id_, self.pauses[id_][1], values.get(id_))
                for key, id_ in expected.items()
            } == {one.identity.key: (one.id, one.state, one.value) for one in found.pauses}

    @invariant()
    def a_run_belongs_to_who_claimed_it_last(self):
        assert self.owners == dict(self.rows("SELECT id, owner_id FROM flow_run"))

    @invariant()
    def identities_are_unique(self):
        identities = self.rows("SELECT run_id, attempt, scope, key FROM pause")
        assert len(identities) == len(set(identities)) == len(self.identities)


def test_any_sequence_of_commands_keeps_the_promises(blank):
    """Whatever is begun, asked, answered, timed out, cancelled and ended, in any order, the invariants hold."""
    Machine.blank = blank
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
