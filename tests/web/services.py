"""The services that write, found in the code: whoever adds one is told to show how it is called."""

from __future__ import annotations

import dis
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

from dolenti.access import accounts

PACKAGES = (
    "records", "stock", "agenda", "treatment", "serum", "readiness", "safety", "followup",
    "diary", "letters", "rights",
)  # fmt: skip
ACTORS = {"Actor", "User", "Submission"}
"""What the first argument of a service is: who acts."""
WRITES = {
    "create", "bulk_create", "get_or_create", "update_or_create", "update", "bulk_update", "delete",
    "save", "_raw_delete",
}  # fmt: skip
PLACES = tuple(f"dolenti.{name}." for name in ("access", "ledger", *PACKAGES))
"""Where rows are written; the rest is functions of values, and ``update`` means a mapping there."""
THE_TRAIL = {"dolenti.access.audit", "dolenti.access.writing"}


def writing_services() -> dict[str, Callable[..., Any]]:
    """Every public function that takes who acts first, and writes, itself or through others."""
    return {
        f"{function.__module__.removeprefix('dolenti.')}.{function.__name__}": function
        for module in _modules()
        for function in vars(module).values()
        if isinstance(function, FunctionType)
        and function.__module__ == module.__name__
        and not function.__name__.startswith("_")
        and _acts(function)
        and _writes(function, set())
    }


def _modules() -> Iterator[ModuleType]:
    yield accounts
    for name in PACKAGES:
        package = importlib.import_module(f"dolenti.{name}")
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"dolenti.{name}."):
            if ".migrations" not in found.name:
                yield importlib.import_module(found.name)


def _acts(function: FunctionType) -> bool:
    parameters = list(inspect.signature(function).parameters.values())
    return bool(parameters) and parameters[0].annotation in ACTORS


def _writes(function: FunctionType, seen: set[FunctionType]) -> bool:
    if function in seen or function.__module__ in THE_TRAIL:
        return False
    seen.add(function)
    writes, called = _looked_at(function)
    return writes or any(_writes(one, seen) for one in called)


@cache
def _looked_at(function: FunctionType) -> tuple[bool, tuple[FunctionType, ...]]:
    """Whether a function writes itself, and those of the places that it uses."""
    used = list(_used(function.__code__, function.__globals__))
    called = dict.fromkeys(one for _, found in used for one in _followed(found))
    return any(name in WRITES for name, _ in used), tuple(called)


def _used(code: CodeType, known: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The attributes that a function and those inside it use, and the global things: what is named
    as the attribute of a module, or of a global thing, is the thing itself."""
    before: Any = None
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_GLOBAL":
            before = known.get(step.argval)
            yield "", before
        elif step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            inside = before if isinstance(before, ModuleType) else type(before)
            before = getattr(inside, step.argval, None) if before is not None else None
            yield step.argval, before
        else:
            before = None
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _used(constant, known)


def _followed(found: Any) -> Iterator[FunctionType]:
    plain = inspect.unwrap(found) if callable(found) else found
    if isinstance(plain, FunctionType) and plain.__module__.startswith(PLACES):
        yield plain
