#!/usr/bin/env python3
"""Replays histories of this library's workflows in Temporal's own Python SDK.

second_opinion.py FOLDER: each FOLDER/<workflow type>.<what>.history is a serialized
temporal.api.history.v1.History, recorded by second_opinion_test.cc. A port of each workflow is here:
it gives the same commands, so its history replays; with CHANGED=1 in the environment the port gives
others, and each history has to be rejected. Prints a line for each, exits with 1 if one differs from
that, and with 77 where the SDK is not installed.
"""
import asyncio
import os
import pathlib
import sys
from datetime import timedelta

try:
    from temporalio import workflow
    from temporalio.api.history.v1 import History
    from temporalio.client import WorkflowHistory
    from temporalio.common import RetryPolicy
    from temporalio.exceptions import is_cancelled_exception
    from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
except ImportError as error:
    print(f"temporalio is not installed: {error}")
    sys.exit(77)

CHANGED = bool(os.environ.get("CHANGED"))
TEN = timedelta(seconds=10)


async def other():
    """What a changed workflow does first."""
    if CHANGED:
        await workflow.execute_activity("something_else", start_to_close_timeout=TEN)


@workflow.defn(name="Activities")
class Activities:
    @workflow.run
    async def run(self, count: int) -> int:
        await other()
        calls = [workflow.start_activity("square", i, start_to_close_timeout=TEN)
                 for i in range(count)]
        total = sum(await asyncio.gather(*calls))
        try:
            await workflow.execute_activity("fail", total, start_to_close_timeout=TEN,
                                            retry_policy=RetryPolicy(maximum_attempts=1))
        except Exception:
            total += 1000
        return total


@workflow.defn(name="Timers")
class Timers:
    @workflow.run
    async def run(self) -> str:
        await other()
        long = asyncio.create_task(asyncio.sleep(60))
        short = asyncio.create_task(asyncio.sleep(0.02))
        await asyncio.wait([long, short], return_when=asyncio.FIRST_COMPLETED)
        long.cancel()
        await asyncio.sleep(0)  # tasks are canceled when they are next resumed
        await asyncio.sleep(0.01)
        try:
            await workflow.wait_condition(lambda: False, timeout=0.01)
        except asyncio.TimeoutError:
            return "late"
        return "held"


@workflow.defn(name="Messages")
class Messages:
    def __init__(self) -> None:
        self.total = 0
        self.done = False

    @workflow.signal
    def add(self, n: int) -> None:
        self.total += n

    @workflow.signal
    async def add_later(self, n: int) -> None:
        await asyncio.sleep(0.01)
        self.total += n

    @workflow.signal
    def finish(self) -> None:
        self.done = True

    @workflow.update
    async def add_square(self, n: int) -> int:
        self.total += await workflow.execute_activity("square", n, start_to_close_timeout=TEN)
        return self.total

    @workflow.update
    def add_now(self, n: int) -> int:
        self.total += n
        return self.total

    @add_now.validator
    def check(self, n: int) -> None:
        if n < 0:
            raise ValueError("negative")

    @workflow.run
    async def run(self) -> int:
        await other()
        await workflow.wait_condition(
            lambda: self.done and workflow.all_handlers_finished())
        return self.total


@workflow.defn(name="Grandchild")
class Grandchild:
    def __init__(self) -> None:
        self.open = False

    @workflow.signal
    def unlock(self) -> None:
        self.open = True

    @workflow.run
    async def run(self, n: int) -> int:
        await other()
        await workflow.wait_condition(lambda: self.open)
        return n * 2


@workflow.defn(name="Family")
class Family:
    @workflow.run
    async def run(self, child_id: str) -> int:
        await other()
        child = await workflow.start_child_workflow(
            "Grandchild", 21, id=child_id,
            cancellation_type=workflow.ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED)
        await child.signal("unlock")
        answer = await child
        try:
            await workflow.get_external_workflow_handle("nobody-is-called-so").signal("x")
        except Exception:
            answer += 1000
        return answer


@workflow.defn(name="Locals")
class Locals:
    @workflow.run
    async def run(self) -> int:
        await other()
        calls = [workflow.start_local_activity("square", i, start_to_close_timeout=TEN)
                 for i in range(3)]
        total = sum(await asyncio.gather(*calls))
        await asyncio.sleep(0.01)
        total += await workflow.execute_local_activity(
            "flaky", total, start_to_close_timeout=TEN,
            local_retry_threshold=timedelta(milliseconds=5),
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=20)))
        return total


@workflow.defn(name="Patches")
class Patches:
    @workflow.run
    async def run(self) -> str:
        await other()
        first = workflow.patched("first")
        await asyncio.sleep(0.01)
        second = workflow.patched("second")
        again = workflow.patched("first")
        workflow.deprecate_patch("third")
        await asyncio.sleep(0.01)
        return "".join("1" if one else "0" for one in (first, second, again))


@workflow.defn(name="Cleaning")
class Cleaning:
    @workflow.run
    async def run(self) -> None:
        await other()
        try:
            await asyncio.gather(
                asyncio.sleep(60),
                workflow.execute_activity(
                    "never", 1, start_to_close_timeout=timedelta(seconds=30),
                    cancellation_type=workflow.ActivityCancellationType.TRY_CANCEL))
        except BaseException as error:
            if not is_cancelled_exception(error):
                raise
            await workflow.execute_activity("square", 3, start_to_close_timeout=TEN)
            raise


@workflow.defn(name="Counting")
class Counting:
    @workflow.run
    async def run(self, n: int) -> int:
        await other()
        await asyncio.sleep(0.01)
        if n < 3:
            workflow.continue_as_new(n + 1)
        return n


@workflow.defn(name="Attributes")
class Attributes:
    @workflow.run
    async def run(self) -> None:
        await other()
        workflow.upsert_search_attributes({"Colour": ["red"]})
        workflow.upsert_memo({"note": "hello"})
        await asyncio.sleep(0.01)


WORKFLOWS = [Activities, Timers, Messages, Grandchild, Family, Locals, Patches, Cleaning, Counting,
             Attributes]


async def main(folder):
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=UnsandboxedWorkflowRunner())
    good = True
    paths = sorted(folder.glob("*.history"))
    for path in paths:
        history = History.FromString(path.read_bytes())
        # That patches upsert TemporalChangeVersion is a flag of Core; our workflows always do it.
        first = next(e for e in history.events if e.HasField(
            "workflow_task_completed_event_attributes"))
        first.workflow_task_completed_event_attributes.sdk_metadata.core_used_flags.append(2)
        result = await replayer.replay_workflow(
            WorkflowHistory(workflow_id=path.stem, events=list(history.events)),
            raise_on_replay_failure=False)
        failure = result.replay_failure
        print(f"{path.stem}: {failure or 'replays'}")
        good = good and bool(failure) == CHANGED
    print(f"{len(paths)} histories")
    return good and len(paths) > 0


if __name__ == "__main__":
    agrees = asyncio.run(main(pathlib.Path(sys.argv[1])))
    sys.stdout.flush()
    # Threads of temporalio's core may still be at work, and abort an interpreter that is ending.
    os._exit(0 if agrees else 1)
