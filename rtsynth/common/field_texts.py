"""What the fields of a pydantic model mean: the docstrings below them."""

import ast
import inspect
import textwrap

from pydantic import BaseModel

Model = type[BaseModel]


def field_texts(model: Model) -> dict[str, str]:
    """The docstrings below the fields of a model and of those it inherits from."""
    texts: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            texts |= _own_texts(base)
    return texts


def _own_texts(model: Model) -> dict[str, str]:
    body = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(body, ast.ClassDef)
    texts = {}
    for field, after in zip(body.body, body.body[1:], strict=False):
        match field, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                texts[name] = text
    return texts
