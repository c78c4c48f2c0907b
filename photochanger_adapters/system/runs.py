"""Work as tasks of the event loop."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any, TypeVar

from photochanger_core.domain.errors import JobCancelled
from photochanger_core.domain.ids import JobId
from photochanger_core.domain.job import Job
from photochanger_core.ports.runs import RunsPort

from .bugs import tell_bug

T = TypeVar("T")


class TaskRuns(RunsPort):
    """Work as tasks of the running event loop, kept by the id of their job until they end.

    What work raises reaches whoever waits for it. What is no `CoreError` is a bug and also goes to
    the loop's exception handler, so that it is seen when nobody waits. Nobody waits for chores.
    """

    def __init__(self) -> None:
        self._tasks: dict[JobId, asyncio.Task[Job]] = {}
        self._entered: set[JobId] = set()
        self._chores: set[asyncio.Task[None]] = set()
        self._shared: dict[str, asyncio.Task[Any]] = {}
        self._alone: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def begin(self, job_id: JobId, work: Callable[[], Coroutine[Any, Any, Job]]) -> None:
        if job_id in self._tasks:
            raise RuntimeError(f"job {job_id} runs already")
        task = asyncio.get_running_loop().create_task(
            self._enter(job_id, work), name=f"job {job_id}"
        )
        self._tasks[job_id] = task
        task.add_done_callback(lambda done: self._forget(job_id, done))

    def aside(self, chore: Callable[[], Coroutine[Any, Any, None]]) -> None:
        task = asyncio.get_running_loop().create_task(chore(), name="a chore")
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)
        task.add_done_callback(tell_bug)

    async def shared(
        self, works: Mapping[str, Callable[[], Coroutine[Any, Any, T]]], *, until: float
    ) -> Mapping[str, T]:
        tasks = {name: self._joined(name, work) for name, work in works.items()}
        if tasks:
            left = until - asyncio.get_running_loop().time()
            await asyncio.wait(tasks.values(), timeout=max(0.0, left))
        ended = {name: task for name, task in tasks.items() if task.done()}
        return {name: task.result() for name, task in ended.items() if not task.cancelled()}

    async def ended(self, job_id: JobId) -> Job:
        task = self._tasks.get(job_id)
        if task is None:
            raise JobCancelled(f"job {job_id} does not run here")
        await asyncio.wait([task])  # unlike awaiting it, tells whose cancellation it is
        if task.cancelled():
            raise JobCancelled(f"the work of job {job_id} was cancelled")
        return task.result()

    def cancel(self, job_id: JobId) -> None:
        task = self._tasks.get(job_id)
        if task is None:
            return
        if job_id in self._entered:
            task.cancel()
        else:
            _cancel_begun(task)

    def alone(self, name: str) -> AbstractAsyncContextManager[None]:
        return self._alone[name]

    def live(self) -> frozenset[JobId]:
        return frozenset(self._tasks)

    async def idle(self) -> None:
        while running := [*self._tasks.values(), *self._chores]:
            await asyncio.wait(running)

    async def drain(self, seconds: float) -> None:
        """Wait up to *seconds* for everything to end; then cancel what is left, as `close` does."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.idle()
        await self.close()

    async def close(self) -> None:
        """Cancel all work, then the rest, also what work began last; wait for the end."""
        for job_id in self.live():
            self.cancel(job_id)
        while self._tasks:
            await asyncio.wait(self._tasks.values())
        for task in (*self._chores, *self._shared.values()):
            _cancel_begun(task)
        await self.idle()
        if self._shared:
            await asyncio.wait(self._shared.values())

    def _joined(self, name: str, work: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """Return the task of that name; a new one unless it is under way."""
        if name not in self._shared:
            task = asyncio.get_running_loop().create_task(work(), name=name)
            self._shared[name] = task
            task.add_done_callback(lambda _: self._shared.pop(name))
            task.add_done_callback(tell_bug)
        return self._shared[name]

    async def _enter(self, job_id: JobId, work: Callable[[], Coroutine[Any, Any, Job]]) -> Job:
        self._entered.add(job_id)
        return await work()

    def _forget(self, job_id: JobId, task: asyncio.Task[Job]) -> None:
        del self._tasks[job_id]
        self._entered.discard(job_id)
        tell_bug(task)


def _cancel_begun(task: asyncio.Task[Any]) -> None:
    """Cancel *task* after its first step: before it, it would never enter its `finally`."""
    task.get_loop().call_soon(task.cancel)
