"""What an address of the site takes beside its path, found in the program itself: whatever a
request's ``GET`` is asked for, by a word or a constant, and the fields of each form that reads it.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import django
from django.forms import Form

import dolenti

django.setup()

SOURCES: Final = Path(dolenti.__file__).parent
_ASKS: Final = {"get", "getlist", "pop"}
_WHOLE: Final = {"copy", "lists", "values", "items", "urlencode", "keys"}
"""All of it, whatever the names: handed on, or looked through."""


def _is_get(node: ast.AST) -> bool:
    """Whether it is a request's ``GET``, or a name that stands for it (see ``_named``)."""
    return isinstance(node, ast.Attribute) and node.attr == "GET"


def _named(tree: ast.Module) -> ast.Module:
    """The module, where each name that a function gives to ``GET``, a copy of it, or a choice of it
    stands as ``request.GET`` itself."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            names = {
                ast.unparse(target)
                for given in ast.walk(function)
                if isinstance(given, ast.Assign | ast.AnnAssign)
                if given.value is not None and _stands(given.value)
                for target in (given.targets if isinstance(given, ast.Assign) else [given.target])
            }
            _Standing(names).visit(function)
    return tree


def _stands(value: ast.expr) -> bool:
    if isinstance(value, ast.IfExp):
        return _is_get(value.body) or _is_get(value.orelse)
    is_copy = isinstance(value, ast.Call) and ast.unparse(value.func).endswith(".GET.copy")
    return is_copy or _is_get(value)


class _Standing(ast.NodeTransformer):
    def __init__(self, names: set[str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.names or not isinstance(node.ctx, ast.Load):
            return node
        return ast.copy_location(ast.Attribute(ast.Name("request"), "GET", ast.Load()), node)


def _reads(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Each place that asks ``GET`` for something, with the expression that names what."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _is_get(node.value):
            yield node.value, node.slice
        elif isinstance(node, ast.Compare) and _is_get(node.comparators[0]):
            yield node.comparators[0], node.left
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _ASKS
            and _is_get(node.func.value)
        ):
            yield node.func.value, node.args[0]


def _forms(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Each call that is handed ``GET`` itself, and what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for told in (*node.args, *(one.value for one in node.keywords)):
                parts = told.values if isinstance(told, ast.BoolOp) else [told]
                yield from ((part, node.func) for part in parts if _is_get(part))


def _value(module: ModuleType, tree: ast.Module, said: ast.expr) -> Any:
    """What an expression is in its module; of a name that goes through a collection, that."""
    source = ast.unparse(said)
    for node in ast.walk(tree):
        if isinstance(node, ast.comprehension | ast.For) and ast.unparse(node.target) == source:
            source = ast.unparse(node.iter)
    return eval(source, vars(module))


def _whole(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _WHOLE and _is_get(node.value):
            yield node.value
        elif isinstance(node, ast.If | ast.IfExp):
            yield node.test


def _found() -> Iterator[str]:
    for file in sorted(SOURCES.rglob("*.py")):
        text = file.read_text("utf-8")
        if ".GET" not in text:
            continue
        tree = _named(ast.parse(text))
        name = ".".join(("dolenti", *file.relative_to(SOURCES).with_suffix("").parts))
        module = import_module(name.removesuffix(".__init__"))
        known = set(_whole(tree))
        for where, said in _reads(tree):
            known.add(where)
            value = _value(module, tree, said)
            yield from [value] if isinstance(value, str) else value
        for where, called in _forms(tree):
            known.add(where)
            form = _value(module, tree, called)
            assert inspect.isclass(form), f"{name}: {ast.unparse(called)} is handed a whole GET"
            assert issubclass(form, Form), f"{name}: {ast.unparse(called)} is no form"
            yield from form.base_fields
        given = {
            one
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for one in ast.walk(node.value or node)
        }
        for node in ast.walk(tree):
            seen = node in known or node in given or not _is_get(node)
            assert seen, f"{name}: {ast.unparse(node)} is read, and it is not seen for what"


@cache
def parameters() -> list[str]:
    """All of them, by name. Found when first asked for: to read the whole program takes seconds."""
    return sorted(set(_found()))
