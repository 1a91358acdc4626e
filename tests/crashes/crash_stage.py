"""
A stage on which one story is told again and again, disturbed at another system call each time.

Run as ``crash_stage.py STORY FOLDER``. Each telling is a process of its own, forked from here and
traced by strace, which kills it or lets a call fail. A second process then looks at what is left
and tells the story again from the top. The channel lives here, so it outlives both.

Reads points from its input, one JSON object a line, and answers each with a JSON object.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.with_name("stores"))]

from crash_books import difference, dump, soundness  # noqa: E402 - the folders come first
from crash_stories import BROKEN, STORIES, Story, new_channel  # noqa: E402

from ecomkit.adapters.memory import MemoryChannel  # noqa: E402
from ecomkit.ports import StoreBusyError, StoreFailedError  # noqa: E402

# All by which SQLite, an acknowledgement or a call of the channel changes the world.
CALLS = (
    "write",
    "pwrite64",
    "fdatasync",
    "fsync",
    "ftruncate",
    "fallocate",
    "unlink",
    "unlinkat",
    "rename",
    "flock",
)
TRACER_SECONDS = 10
PR_SET_PTRACER = 0x59616D61
ANYBODY = ctypes.c_ulong(-1)
NOTHING_TOLD = {"told": 0, "unanswered": False}
TYPED = (StoreBusyError, StoreFailedError)


class RemoteChannel:
    """A channel at the other end of a pipe."""

    push_rows_max = MemoryChannel.push_rows_max

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    @property
    def channel(self) -> Any:
        """The name of the account."""
        return self._ask("channel")

    def _ask(self, name: str, *arguments: Any, **options: Any) -> Any:
        self._pipe.send((name, arguments, options))
        return self._pipe.recv()


def _forwarded(name: str) -> Any:
    def call(self: RemoteChannel, *arguments: Any, **options: Any) -> Any:
        return self._ask(name, *arguments, **options)

    return call


for _name in dir(MemoryChannel):
    if not _name.startswith("_") and not hasattr(RemoteChannel, _name):
        setattr(RemoteChannel, _name, _forwarded(_name))


class Stage:
    """Where a story is told: knows how it goes undisturbed."""

    def __init__(self, kind: type[Story], folder: Path) -> None:
        self.kind = kind
        self.folder = folder
        self.template = folder / "template"
        self._log = folder / "log"
        self.template.mkdir(parents=True)
        self.states: list[list[str]] = []
        self.answers: list[str] = []
        self.audit = ""
        self._in_child(lambda _: kind.prepare(self.template), new_channel())
        self._learn()

    def _learn(self) -> None:
        def tell(channel: Any) -> object:
            story = self.kind(place, channel=channel)
            states, answers = [dump(story.files())], []
            for number in range(len(story.steps)):
                answers.append(story.run(number))
                states.append(dump(story.files()))
            return states, answers, story.audit()

        place = self._fresh()
        self.states, self.answers, self.audit = self._in_child(tell, new_channel())

    def calls(self) -> Counter[str]:
        """Return how often the undisturbed story makes each system call."""
        self._in_child(self._told(self._fresh()), new_channel(), trace=[])
        # Each line is a number of a process and a call with its arguments.
        calls = [line.split(maxsplit=1)[1] for line in self._log.read_text().splitlines()]
        found = Counter(call.split("(")[0] for call in calls if "(" in call)
        # The last one is the report that the story is over.
        found["write"] -= 1
        return found

    def kill(self, call: str, number: int) -> dict[str, Any]:
        """Kill the story at the n-th *call*, and say what is wrong with what came of it."""
        place, channel = self._fresh(), new_channel()
        inject = ["-e", f"inject={call}:signal=KILL:when={number}"]
        if self._in_child(self._told(place), channel, trace=inject) is not None:
            return {"problems": ["nothing was killed"], **NOTHING_TOLD}
        told = (place / "told").read_text().splitlines() if (place / "told").exists() else []
        return self._recovered(place, channel, told)

    def fail(self, call: str, number: int, error: str) -> dict[str, Any]:
        """Let the n-th *call* fail once; the story asks again in the same process."""
        place, channel = self._fresh(), new_channel()
        inject = ["-e", f"inject={call}:error={error}:when={number}"]
        report = self._in_child(self._asked_again(place), channel, trace=inject)
        if report is None:
            return {"problems": ["the process died"], **NOTHING_TOLD}
        raised, problems = report
        after = self._recovered(place, channel, self.answers)
        return {**after, "problems": problems + after["problems"], "raised": raised}

    # -- in a process of its own ------------------------------------------------------------

    def _told(self, place: Path) -> Callable[[Any], object]:
        def tell(channel: Any) -> str:
            story = self.kind(place, channel=channel)
            file = os.open(place / "told", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
            for number in range(len(story.steps)):
                answer = story.run(number)
                os.write(file, f"{answer}\n".encode())
            return "done"

        return tell

    def _asked_again(self, place: Path) -> Callable[[Any], object]:
        def tell(channel: Any) -> object:
            story = self.kind(place, channel=channel)
            raised: list[str] = []
            problems: list[str] = []
            for number, step in enumerate(story.steps):
                try:
                    answer = story.run(number)
                except TYPED as error:
                    raised.append(f"{step.name}: {type(error).__name__}")
                    found = dump(story.files())
                    if step.is_one and found not in self.states[number : number + 2]:
                        problems.append(f"half of {step.name}: {self._off(found, number)}")
                    answer = story.run(number)
                except Exception as error:  # noqa: BLE001 (it is what is looked for)
                    problems.append(f"untyped at {step.name}: {error!r}")
                    answer = story.run(number)
                if answer != self.answers[number]:
                    problems.append(f"{step.name} answers {answer}, not {self.answers[number]}")
            return raised, problems

        return tell

    def _recovered(self, place: Path, channel: Any, told: list[str]) -> dict[str, Any]:
        """Look at what is left in a process of its own, and tell the story again."""

        def look(channel: Any) -> object:
            story = self.kind(place, channel=channel)
            problems = [f"wrong answer {told}"] if told != self.answers[: len(told)] else []
            problems += soundness(story.files())
            found = dump(story.files())
            at = len(told)
            # What was told lasts; of what was not told yet all lasts, or none.
            if self._is_one(story, at) and found not in self.states[at : at + 2]:
                problems.append(f"not as after {at} steps: {self._off(found, at)}")
            unanswered = found != self.states[at] and found in self.states[at + 1 : at + 2]
            answers = [story.run(number) for number in range(len(story.steps))]
            if answers != self.answers:
                problems.append(f"other answers: {difference(answers, self.answers)}")
            found = dump(story.files())
            if found != self.states[-1]:
                problems.append(f"another end: {difference(found, self.states[-1])}")
            if story.audit() != self.audit:
                problems.append(f"audit: {story.audit()}")
            problems += soundness(story.files())
            return {"problems": problems, "told": at, "unanswered": unanswered}

        found = self._in_child(look, channel)
        shutil.rmtree(place)
        return found or {"problems": ["the second telling broke, see the output"], **NOTHING_TOLD}

    def _is_one(self, story: Story, at: int) -> bool:
        return at == len(story.steps) or story.steps[at].is_one

    def _off(self, found: list[str], at: int) -> str:
        return difference(found, self.states[at])

    # -- processes --------------------------------------------------------------------------

    def _fresh(self) -> Path:
        place = self.folder / f"place-{time.monotonic_ns()}"
        shutil.copytree(self.template, place)
        return place

    def _in_child(
        self,
        act: Callable[[Any], object],
        channel: MemoryChannel,
        *,
        trace: list[str] | None = None,
    ) -> Any:
        """Run *act* in a forked process, traced if that is said; return None if it died."""
        ours, theirs = Pipe()
        child = os.fork()
        if child == 0:
            ours.close()
            _play(act, theirs, is_traced=trace is not None)
        theirs.close()
        with contextlib.ExitStack() as stack:
            if trace is not None:
                stack.enter_context(self._tracer(child, trace))
            report = _serve(ours, channel)
            os.waitpid(child, 0)
        return report

    def _tracer(self, child: int, trace: list[str]) -> subprocess.Popen[bytes]:
        calls = f"trace={','.join(CALLS)}"
        return subprocess.Popen(  # noqa: S603 (our own arguments)
            ["strace", "-f", "-qq", "-o", self._log, "-e", calls, *trace, "-p", str(child)],  # noqa: S607
            stderr=subprocess.DEVNULL,
        )


def _play(act: Callable[[Any], object], pipe: Connection, *, is_traced: bool) -> None:
    try:
        if is_traced:
            _await_tracer()
        pipe.send(("done", (act(RemoteChannel(pipe)),), {}))
    except BaseException:  # noqa: BLE001 (a fork must not go on as its parent)
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(0)


def _await_tracer() -> None:
    # Some systems let nobody but a parent trace a process, unless it says so.
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ANYBODY)
    deadline = time.monotonic() + TRACER_SECONDS
    while "TracerPid:\t0" in Path("/proc/self/status").read_text():
        if time.monotonic() > deadline:
            os._exit(0)
        time.sleep(0.001)


def _serve(pipe: Connection, channel: MemoryChannel) -> Any:
    """Be the channel of a process until it ends; return what it reports."""
    try:
        while True:
            name, arguments, options = pipe.recv()
            if name == "done":
                return arguments[0]
            member = getattr(channel, name)
            pipe.send(member(*arguments, **options) if callable(member) else member)
    except (EOFError, ConnectionError):
        return None


def main(name: str, folder: str) -> None:
    """Answer points until there are no more."""
    stage = Stage({**STORIES, **BROKEN}[name], Path(folder))
    calls = stage.calls()
    _say({"calls": calls, "steps": len(stage.answers), "audit": stage.audit})
    for line in sys.stdin:
        point = json.loads(line)
        _say(
            {"point": point, **(stage.fail(**point) if "error" in point else stage.kill(**point))}
        )


def _say(value: object) -> None:
    print(json.dumps(value), flush=True)  # noqa: T201 (it is how a stage answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
