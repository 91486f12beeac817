"""Arithmetic from text: numbers, brackets, operators and a few functions, with bounds on all that can grow."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Final

from deepchat.errors import ToolFailed

Number = int | float

LONGEST_EXPRESSION: Final = 500
MOST_BITS: Final = 4_096
"""Of a whole number: more than a thousand digits help nobody, and may take for ever."""
_CONSTANTS: Final[Mapping[str, Number]] = {"pi": math.pi, "e": math.e, "tau": math.tau}
_FUNCTIONS: Final[Mapping[str, Callable[[float], Number]]] = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "ln": math.log,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "radians": math.radians,
    "degrees": math.degrees,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
    "abs": abs,
}


def calculate(expression: str) -> str:
    """What it comes to, with at most 15 digits where it is not whole. Raises ToolFailed, which says what is wrong."""
    if len(expression) > LONGEST_EXPRESSION:
        raise ToolFailed(f"the expression is longer than {LONGEST_EXPRESSION} characters", "do it in steps")
    try:
        value = _value(ast.parse(expression.strip().replace("^", "**"), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ToolFailed(f"that is no arithmetic: {error}", "for example: (1 + 2) * sqrt(9)") from None
    except ZeroDivisionError:
        raise ToolFailed("that divides by zero") from None
    except OverflowError:
        raise ToolFailed("that is larger than can be reckoned with") from None
    return str(value) if isinstance(value, int) else f"{value:.15g}"


def _value(node: ast.expr) -> Number:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return _small(number)
        case ast.Name(id=name) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand)
        case ast.BinOp(left=left, op=op, right=right):
            return _small(_joined(op, _value(left), _value(right)))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _FUNCTIONS:
            return _small(_FUNCTIONS[name](_value(argument)))
        case _:
            raise ValueError(f"{ast.unparse(node)[:60]} is neither a number, an operator nor a known function")


def _joined(op: ast.operator, left: Number, right: Number) -> Number:
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
        case ast.FloorDiv():
            return left // right
        case ast.Mod():
            return left % right
        case ast.Pow():
            return _power(left, right)
        case _:
            raise ValueError(f"{type(op).__name__} is no operator of arithmetic")


def _power(base: Number, exponent: Number) -> Number:
    grows = isinstance(base, int) and isinstance(exponent, int) and abs(base) > 1
    if grows and int(base).bit_length() * exponent > MOST_BITS * 2:
        raise OverflowError
    value: object = base**exponent
    if isinstance(value, int | float):
        return value
    raise ValueError("the root of a negative number is not real")


def _small(value: Number) -> Number:
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        raise OverflowError
    return value
