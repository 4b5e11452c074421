"""The run data of one execution: what n8n keeps of each step, in n8n's own shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Item = dict[str, Any]
Items = list[Item]


def items(*records: Mapping[str, Any]) -> Items:
    """Wrap *records* as a step puts them out."""
    return [{"json": record, "pairedItem": {"item": i}} for i, record in enumerate(records)]


class Run:
    """The steps of one execution, on a clock that moves with every step.

    ``clock`` is the moment (ms since 1970) at which the next step begins.
    """

    __slots__ = (
        "_context",
        "_next",
        "began",
        "clock",
        "error",
        "last",
        "parent",
        "pinned",
        "steps",
    )

    def __init__(self, at_ms: int) -> None:
        self.began = at_ms
        self.clock = at_ms
        self.steps: dict[str, list[dict[str, Any]]] = {}
        self.last: str | None = None
        self.error: dict[str, Any] | None = None
        self.parent: dict[str, Any] | None = None
        self.pinned: Mapping[str, Any] | None = None
        self._context: dict[str, Any] = {}
        self._next = 0

    @classmethod
    def retry(cls, failed: Run, at_ms: int) -> Run:
        """Return the run of a retry at *at_ms*: the steps of *failed* but its last, copied."""
        run = cls(failed.began)
        run.steps = {name: runs for name, runs in failed.steps.items() if name != failed.last}
        run.last = next(reversed(run.steps))
        run.again_from(at_ms)
        return run

    def step(
        self,
        name: str,
        *outputs: Items,
        took_ms: int = 1,
        after: str | None = None,
        branch: int = 0,
        turn: int = 0,
        status: str = "success",
        metadata: dict[str, Any] | None = None,
    ) -> Items:
        """Record a step that put out *outputs* (one list per branch); return the first.

        It comes after the step before unless *after* names another one; *branch* is the output
        and *turn* the run of that one which it took its input from.
        """
        record = self._record(name, took_ms, after, branch, turn, status)
        if metadata:
            record["metadata"] = metadata
        record["data"] = {"main": list(outputs)}
        self.clock += took_ms
        return outputs[0]

    def fail(self, name: str, error: dict[str, Any], *, took_ms: int, branch: int = 0) -> None:
        """Record the step that ends the execution with *error*."""
        record = self._record(name, took_ms, None, branch, 0, "error")
        record["error"] = error
        self.clock += took_ms
        self.error = error

    def shrug(self, name: str, given: Items, error: dict[str, Any], *, branch: int = 0) -> Items:
        """Record a step that failed but may: n8n notes the error and hands the input on."""
        record = self._record(name, 900, None, branch, 0, "error")
        record["error"] = error
        record["data"] = {"main": [given]}
        self.clock += 900
        return given

    def think(
        self,
        name: str,
        answers: Items,
        *,
        model: str,
        calls: Sequence[tuple[str, str, int]],
        tools: Sequence[tuple[str, str, str]] = (),
        memory: str | None = None,
        history: Sequence[str] = (),
        branch: int = 0,
        error: dict[str, Any] | None = None,
    ) -> Items:
        """Record an AI step and the parts it used; return *answers*.

        Each of *calls* is one call of the model (prompt, text, ms); each of *tools* is one use
        of a tool (name, question, result), after the call that asked for it. With *error* the
        step fails instead of answering.
        """
        parent = self._record(name, 0, None, branch, 0, "error" if error else "success")
        del self.steps[name]  # n8n lists the parts before the step that used them
        began = self.clock
        self.clock += 9
        if memory:
            loaded = {"action": "loadMemoryVariables", "chatHistory": list(history)}
            self._part(name, memory, "ai_memory", loaded, {"action": "loadMemoryVariables"}, 1)
        waiting_tools = list(tools)
        for prompt, text, took_ms in calls:
            self._part(
                name,
                model,
                "ai_languageModel",
                {
                    "response": {
                        "generations": [
                            [{"text": text, "generationInfo": {"finish_reason": "stop"}}]
                        ]
                    },
                    "tokenUsage": {
                        "completionTokens": len(text) // 4,
                        "promptTokens": len(prompt) // 4,
                        "totalTokens": (len(text) + len(prompt)) // 4,
                    },
                },
                {"messages": [prompt], "options": {"model": "gpt-4o-mini", "max_retries": 2}},
                took_ms,
            )
            if waiting_tools:
                tool, question, result = waiting_tools.pop(0)
                asked = {"query": question}
                self._part(name, tool, "ai_tool", {"response": result}, asked, 37)
        self.clock += 6
        parent["executionTime"] = self.clock - began
        if error:
            parent["error"] = error
            self.error = error
        else:
            parent["data"] = {"main": [answers]}
        self.steps[name] = [parent]
        self.last = name
        return answers

    def splits(self, name: str, rounds: int) -> None:
        """Remember that the loop step *name* has gone round *rounds* times."""
        self._context[f"node:{name}"] = {
            "currentRunIndex": rounds,
            "maxRunIndex": rounds,
            "noItemsLeft": True,
            "done": True,
        }

    def again_from(self, clock: int) -> None:
        """Go on at *clock*, as n8n does after a wait or for a retry: its counting begins anew."""
        self.clock = clock
        self._next = 0

    def payload(
        self, mode: str, *, stack: Items | None = None, wait_till: str | None = None
    ) -> dict[str, Any]:
        """Return the whole run data; *stack* is what still waits to run."""
        result: dict[str, Any] = {}
        if self.error is not None:
            result["error"] = self.error
        result["runData"] = self.steps
        if self.pinned is not None:
            result["pinData"] = self.pinned
        if self.last is not None:
            result["lastNodeExecuted"] = self.last
        whole: dict[str, Any] = {
            "version": 1,
            "startData": {},
            "resultData": result,
            "executionData": {
                "contextData": self._context,
                "nodeExecutionStack": stack or [],
                "metadata": {},
                "waitingExecution": {},
                "waitingExecutionSource": {},
                "runtimeData": {"version": 1, "establishedAt": self.began, "source": mode},
            },
        }
        if self.parent is not None:
            whole["parentExecution"] = self.parent
        if wait_till is not None:
            whole["waitTill"] = wait_till
        return whole

    def _record(
        self, name: str, took_ms: int, after: str | None, branch: int, turn: int, status: str
    ) -> dict[str, Any]:
        source: list[dict[str, Any]] = []
        if self.last is not None:
            origin: dict[str, Any] = {"previousNode": after or self.last}
            if branch:
                origin["previousNodeOutput"] = branch
            if turn:
                origin["previousNodeRun"] = turn
            source.append(origin)
        record: dict[str, Any] = {
            "startTime": self.clock,
            "executionIndex": self._next,
            "source": source,
            "hints": [],
            "executionTime": took_ms,
            "executionStatus": status,
        }
        self._next += 1
        self.steps.setdefault(name, []).append(record)
        self.last = name
        return record

    def _part(
        self,
        owner: str,
        name: str,
        kind: str,
        output: dict[str, Any],
        asked: dict[str, Any],
        took_ms: int,
    ) -> None:
        runs = self.steps.setdefault(name, [])
        runs.append(
            {
                "startTime": self.clock,
                "executionTime": took_ms,
                "executionIndex": self._next,
                "executionStatus": "success",
                "source": [{"previousNode": owner, "previousNodeRun": 0}],
                "data": {kind: [[{"json": output}]]},
                "inputOverride": {kind: [[{"json": asked}]]},
                "metadata": {"subRun": [{"node": name, "runIndex": len(runs)}]},
            }
        )
        self._next += 1
        self.clock += took_ms


def crashed(names: Sequence[str], at_ms: int, found_ms: int) -> dict[str, Any]:
    """Return what n8n rebuilds from its log after a crash while the last of *names* ran.

    The items are artificial and the moments are in seconds, as n8n writes them.
    """
    steps: dict[str, Any] = {}
    for name in names[:-1]:
        steps[name] = [
            {
                "startTime": at_ms // 1000,
                "executionIndex": 0,
                "executionTime": 0,
                "source": [None],
                "executionStatus": "success",
                "data": {"main": [[{"json": {"isArtificialRecoveredEventItem": True}}]]},
            }
        ]
    steps[names[-1]] = [
        {
            "startTime": at_ms // 1000,
            "executionIndex": 0,
            "executionTime": 0,
            "source": [None],
            "executionStatus": "crashed",
            "error": {
                "message": "Execution stopped at this node",
                "timestamp": found_ms,
                "name": "NodeCrashedError",
                "description": "n8n may have run out of memory while running this execution.",
                "context": {},
            },
        }
    ]
    return {
        "version": 1,
        "startData": {},
        "resultData": {
            "runData": steps,
            "lastNodeExecuted": names[-1],
            "error": {
                "message": "Workflow did not finish, possible out-of-memory issue",
                "timestamp": found_ms,
                "name": "WorkflowCrashedError",
                "context": {},
            },
        },
        "executionData": {
            "contextData": {},
            "nodeExecutionStack": [],
            "metadata": {},
            "waitingExecution": {},
            "waitingExecutionSource": {},
        },
    }


def node_error(
    node: Mapping[str, Any], message: str, *, code: str | None = None, detail: str | None = None
) -> dict[str, Any]:
    """Return the error of a step that talked to another system, or of an AI step."""
    error: dict[str, Any] = {
        "level": "warning",
        "tags": {},
        "context": {},
        "functionality": "regular",
        "name": "NodeApiError" if code else "NodeOperationError",
        "node": node,
        "messages": [detail or message],
        "message": message,
        "stack": f"{'NodeApiError' if code else 'NodeOperationError'}: {message}\n    at execute",
    }
    if code:
        error["httpCode"] = code
    if detail:
        error["description"] = detail
    return error


def code_error(description: str, message: str) -> dict[str, Any]:
    """Return the error that a Code step of n8n 1 threw as ``Error('description: message')``."""
    return {
        "level": "error",
        "tags": {},
        "description": description,
        "lineNumber": 1,
        "message": f"{message} [line 1]",
        "stack": f"Error: {description}: {message}\n    at evalmachine.<anonymous>:1:30",
    }
