"""Scripts at a real pseudo-terminal: what a person sees, types, and leaves behind."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
import time

from tests.terminal.person import CTRL_C, CTRL_D, CTRL_Z, PATIENCE, Person, environment, script

GREET = """
    @flow(log_prints=True)
    def greet():
        print(f"Hello, {pause_flow_run(str)}!")
    greet()
"""
LINE = r"\d\d:\d\d:\d\d\.\d{3} \| INFO    \| Flow run '([a-z]+-[a-z]+)' - "


def run_id(store):
    """The id of the only run of a store."""
    with sqlite3.connect(store) as connection:
        ((found,),) = connection.execute("SELECT id FROM flow_run")
    connection.close()
    return found


def states(store):
    """The states of the only run of a store."""
    with sqlite3.connect(store) as connection:
        rows = connection.execute("SELECT type FROM flow_run_state ORDER BY rowid").fetchall()
    connection.close()
    return [type_ for (type_,) in rows]


def test_a_question_is_asked_and_answered_at_the_terminal(sit_down):
    """Prefect's first guide runs as a script: its log lines in its format, its question between them."""
    me = sit_down(GREET)
    name = me.read(LINE + "Beginning flow run").group(1)
    assert name == me.read(LINE + "Pausing flow, execution will continue when this flow run is resumed.").group(1)
    me.read(rf"Flow run '{name}' requires input \(until \d\d:\d\d:\d\d\)\.\n.*\nValue: $")
    me.enter("Jeff")
    assert name == me.read(LINE + "Resuming flow run execution!").group(1)
    assert name == me.read(LINE + "Hello, Jeff!").group(1)
    assert name == me.read(LINE + r"Finished in state Completed\(\)\n").group(1)
    assert 0 == me.end()


def test_what_comes_of_no_answer_stands_above_the_question(sit_down):
    """The default that the flow goes on with is said before it is asked."""
    me = sit_down("""
    @flow(log_prints=True)
    def greet():
        print(f"Hello, {pause_flow_run(str, timeout=60, on_timeout='you')}!")
    greet()
    """)
    me.read(r"requires input \(until .*\)\.\nWithout an answer it goes on with its default \(you\)\.\n.*\nValue: $")
    me.enter("Jeff")
    me.read("Hello, Jeff!")
    assert 0 == me.end()


def test_the_log_has_the_local_time_and_its_last_line(sit_down):
    """A line says when it was by the reader's clock, and none is lost where a script ends with its run."""
    before = time.time()
    me = sit_down("@flow\nasync def nothing(): pass\nasyncio.run(nothing())")
    seen = me.read(r"(\d\d):(\d\d):(\d\d)\.\d{3} \| INFO    \| Flow run '\S+' - Beginning")
    hours, minutes, seconds = map(int, seen.groups())
    half_past_five_east = (int(before) + 19800) % 86400
    assert (hours * 3600 + minutes * 60 + seconds - half_past_five_east) % 86400 < 60
    assert 0 == me.end()
    assert 1 == me.seen.count("Finished in state Completed()")


def test_several_questions_and_the_log_take_turns(sit_down):
    """The oldest question is asked first, each gets its own answer, and a log line stands above what is being typed."""
    me = sit_down("""
        import signal
        async def tick():
            typed = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, typed.set)
            await typed.wait()
            get_run_logger().warning("Tick")
        @flow
        async def both():
            print(await asyncio.gather(pause_flow_run(str), pause_flow_run(int), tick()))
        asyncio.run(both())
    """)
    me.read("Value: $")
    me.type("Je")
    me.read("Je$")
    me.process.send_signal(signal.SIGUSR1)
    me.read(r"\| WARNING \| Flow run '\S+' - Tick\nValue: $")
    me.enter("ff")
    me.read(r"Value \(a whole number\): $")
    me.enter("5")
    me.read(re.escape("['Jeff', 5, None]"))
    assert 0 == me.end()


ORDER = """
    class Address(BaseModel):
        street: str
        zip: str = Field(min_length=5, description="Five digits")
    class Shirt(RunInput):
        size: Literal["small", "medium", "large"]
        color: Literal["red", "green"] = "red"
        number: int = Field(1, ge=1, le=10)
        gift: bool
        note: Optional[str] = "none so far"
        address: Address
        tags: List[str]
        extra: Dict[str, int] = {"a": 1}
        pin: SecretStr
    @flow
    def order():
        shirt = pause_flow_run(Shirt)
        print(shirt.model_dump(exclude={"pin"}))
        print("the pin is", "right" if shirt.pin.get_secret_value() == "hush" else "wrong")
    order()
"""


def test_a_form_is_asked_field_by_field_and_only_wrong_fields_again(sit_down, store):
    """Every kind of control has its own way of being asked; what was good stays as it was typed."""
    me = sit_down(ORDER)
    answers = [
        (r"Size\n  1  small\n  2  medium\n  3  large\nSize: $", "2"),
        (r"  2  green\nColor \[1 red\]: $", ""),
        (r"Number \(a whole number, 1 to 10\) \[1\]: $", "12"),
        (r"Gift \(y/n\): $", "perhaps"),
        (r"Please answer y or n.\nGift \(y/n\): $", "Y"),
        (r"Note \(or \"No value\", .*\) \[none so far\]: $", "no value"),
        (r"Address > Street: $", ""),
        (r"Please fill this in.\nAddress > Street: $", "Long Road"),
        (r"Address > Zip: Five digits\nAddress > Zip .*: $", "123"),
        (r"Tags \(JSON\).*: $", '["a",'),
        (r"\.\.\. $", '"b"]'),
        (r"Extra \(JSON\) \[\{\"a\": 1\}\]: $", ""),
        (r"Pin \(not shown\): $", "hush"),
        (r"Number: \S.*\nAddress > Zip: \S.*\nNumber .* \[12\]: $", "3"),
        (r"Address > Zip .* \[123\]: $", "12345"),
    ]
    for prompt, answer in answers:
        me.read(prompt)
        assert me.echo is not prompt.startswith("Pin")
        me.enter(answer)
    me.read(
        re.escape(
            str(
                {
                    "size": "medium",
                    "color": "red",
                    "number": 3,
                    "gift": True,
                    "note": None,
                    "address": {"street": "Long Road", "zip": "12345"},
                    "tags": ["a", "b"],
                    "extra": {"a": 1},
                }
            )
        )
    )
    me.read("the pin is right")
    assert 0 == me.end()
    assert me.echo
    assert "hush" not in me.seen
    assert b"hush" not in store.read_bytes()


def test_an_answer_from_elsewhere_ends_the_prompt(sit_down, elsewhere, store):
    """What was being typed when another process answered is neither sent nor taken for the next question."""
    me = sit_down("""
        @flow(log_prints=True)
        def greet():
            pause_flow_run()
            print(f"Hello, {pause_flow_run(str)}!")
        greet()
    """)
    me.read("Press Enter to resume: $")
    me.type("half a na")
    elsewhere(f"resume_flow_run({run_id(store)!r})")
    me.read(r"\nNo answer is needed any more: Answered by \S+\.\n")
    me.type("me")
    me.read("requires input.*\n.*\nValue: $")
    me.enter("Jeff")
    me.read("Hello, Jeff!")
    assert 0 == me.end()


def test_a_deadline_ends_the_prompt(sit_down):
    """A question that times out while somebody types says so, and the flow goes on."""
    me = sit_down("""
        import datetime, signal
        from hitl_jupyter.core.clock import Source
        from hitl_jupyter.engine import question
        question.LOOK_AGAIN, now, hours = 0.05, Source.now, []
        Source.now = lambda source: now(source) + datetime.timedelta(hours=len(hours))
        signal.signal(signal.SIGUSR1, lambda *_: hours.append("an hour passes"))
        @flow(log_prints=True)
        def greet():
            print("Hello,", pause_flow_run(str, timeout=1800, on_timeout="nobody"))
        greet()
    """)
    me.read("Value: $")
    me.type("Je")
    me.read("Je$")
    me.process.send_signal(signal.SIGUSR1)
    me.read("No answer is needed any more: Nobody answered in time.")
    me.read("Hello, nobody")
    assert 0 == me.end()


def test_ctrl_c_ends_the_wait_and_the_program(sit_down, store):
    """Ctrl+C at a prompt raises KeyboardInterrupt in the flow, and the terminal shows again what is typed."""
    me = sit_down("@flow\ndef wait(): pause_flow_run(SecretStr)\nwait()")
    me.read(r"Value \(not shown\): $")
    assert not me.echo
    me.type(CTRL_C)
    assert 0 != me.end()
    assert "KeyboardInterrupt" in me.seen
    assert "Fatal" not in me.seen
    assert me.echo
    assert "CRASHED" == states(store)[-1]


def test_a_program_may_end_while_a_prompt_is_open(sit_down):
    """A script that does not wait for its background run ends at once and cleanly, with a secret half typed."""
    me = sit_down("""
        import signal
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
        @flow
        def wait(): pause_flow_run(SecretStr)
        wait.start()
        signal.sigwait([signal.SIGUSR1])
        print("The last statement.")
    """)
    me.read(r"Value \(not shown\): $")
    assert not me.echo
    me.type("hal")
    me.process.send_signal(signal.SIGUSR1)
    assert 0 == me.end()
    assert me.echo
    assert me.seen.endswith("The last statement.\n\n")


def test_ctrl_d_leaves_the_question_open(sit_down, elsewhere, store):
    """Who does not want to answer here is told how to answer elsewhere, and the run waits on."""
    me = sit_down("@flow\ndef wait(): print('given:', pause_flow_run())\nwait()")
    me.read("Press Enter to resume: $")
    me.type(CTRL_D)
    me.read(r"Left open\.\n" + LINE + r"Waiting for a Resume. To answer: resume_flow_run\(")
    elsewhere(f"resume_flow_run({run_id(store)!r})")
    me.read("given: None")
    assert 0 == me.end()


def test_questions_stay_on_the_terminal_when_stderr_is_a_file(sit_down, tmp_path):
    """`2> log` takes the log away, not the question."""
    with (tmp_path / "log").open("w") as log:
        me = sit_down(GREET, stderr=log)
        me.read("Value: $")
        me.enter("Jeff")
        assert 0 == me.end()
    assert "Hello, Jeff!" in (tmp_path / "log").read_text()
    assert "Hello, Jeff!" not in me.seen


def test_without_a_terminal_the_program_fails_and_says_how_to_answer(store, tmp_path):
    """Where nobody can be asked the flow fails at once, and its error is the last that the program says."""
    command = [sys.executable, str(script(tmp_path, GREET))]
    program = subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, capture_output=True, env=environment(store), text=True
    )
    assert 1 == program.returncode
    assert "NobodyThere" in program.stderr
    assert "nobody is there to answer: standard input is no terminal." in program.stderr
    assert program.stderr.rstrip().endswith('resume_flow_run(RUN_ID, {"value": ...})')


def test_without_a_terminal_one_line_says_how_to_answer(elsewhere, store, tmp_path):
    """With HITL_WAIT the program says which run waits for what, and the line of Python it prints is the answer."""
    source = """
        @flow(log_prints=True)
        def greet():
            asked = pause_flow_run(create_model("Asked", name=(str, Field(alias="Name", title="Your name"))))
            print(f"Hello, {asked.name}!")
        greet()
    """
    command = [sys.executable, str(script(tmp_path, source))]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(store) | {"HITL_WAIT": "1"},
        text=True,
    ) as program:
        lines = iter(program.stderr.readline, "")
        notice = next(line for line in lines if "Waiting" in line)
        answer = re.search(r"'\S+' - Waiting for an answer \(Your name\)\. To answer: (resume_flow_run.*)\n", notice)
        assert f'resume_flow_run("{run_id(store)}", {{"Name": ...}})' == answer.group(1)
        elsewhere(answer.group(1).replace("...", '"Ana"'))
        assert any("Hello, Ana!" in line for line in lines)
        assert 0 == program.wait(timeout=PATIENCE)


def test_a_shell_may_stop_and_background_the_program(store, tmp_path):
    """In the background the program asks nothing and goes on; brought back it asks, and a secret stays hidden."""
    path = script(tmp_path, "@flow\ndef wait(): print(pause_flow_run(SecretStr).get_secret_value())\nwait()")
    me = Person("/bin/sh", "-i", store=store)
    try:
        me.enter(f"{sys.executable} {path} &")
        me.read(r"In the background\.\n" + LINE + "Waiting for an answer")
        me.enter("jobs")
        me.read("(?i)running")
        me.enter("fg")
        me.read(r"Value \(not shown\): $")
        me.type(CTRL_Z)
        me.read(r"(?i)stopped.*\n\$ $")
        me.enter("stty echo; fg")
        me.read(r"script\.py\n")
        until = time.monotonic() + PATIENCE
        while me.echo and time.monotonic() < until:
            time.sleep(0.02)
        assert not me.echo
        me.enter("hush")
        me.read("hush\n")
        assert 1 == me.seen.count("hush")
    finally:
        me.close()
