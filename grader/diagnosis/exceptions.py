"""Exceptions of the student's in words: what NumPy and Python mean by them."""

import re

from grader.assignment import ALIASES, METHODS, TRAINING
from grader.diagnosis.observe import Raised
from grader.report import Diagnosis

_NAME = r"'(\w{1,40})'"
_NONE = (
    "None is used as if it were an array: something was never stored, or a function has no return."
)


def explained(method: str, raised: Raised) -> Diagnosis | None:
    """What an exception says about a mistake, if it is one that is often met."""
    for type_name, pattern, ident, words in _KNOWN:
        found = re.search(pattern, raised.message)
        if raised.type_name == type_name and found:
            name = found[1] if found.re.groups else ""
            if ident == "undefined-name" and _is_argument(method, name):
                return Diagnosis(
                    "global-for-argument",
                    f"{name} is not defined in {method}. A method is handed what it needs as an "
                    "argument, under the name in its first line.",
                )
            return Diagnosis(ident, f"In {method}, {words.format(name)}")
    return None


def _is_argument(method: str, name: str) -> bool:
    part = METHODS["gradient_descent" if method == TRAINING else method]
    names = {n.lower() for key in part.arguments for n in (key, *ALIASES.get(key, ()))}
    return name.lower() in names | {"m", "n", "y_train", "x_train", "one_hot_y"}


_KNOWN: tuple[tuple[str, str, str, str], ...] = (
    (
        "AxisError",
        r"axis -?\d+ is out of bounds",
        "no-such-axis",
        (
            "an axis is named that the array does not have. A matrix has two, and they are counted "
            "from zero."
        ),
    ),
    (
        "ValueError",
        r"matmul|shapes .* not aligned",
        "product-does-not-fit",
        (
            "the factors of a matrix product do not fit: the left one needs as many columns as "
            "the right one has rows. Write both shapes beside it."
        ),
    ),
    (
        "ValueError",
        r"could not be broadcast",
        "shapes-do-not-fit",
        (
            "two arrays are combined element by element and their shapes do not fit. Write both "
            "shapes beside the line."
        ),
    ),
    (
        "ValueError",
        r"cannot reshape array",
        "size-in-a-reshape",
        (
            "a reshape asks for another number of elements than there are: is a size written in "
            "that holds for one network, or one batch, only?"
        ),
    ),
    (
        "ValueError",
        r"truth value of an array",
        "array-as-condition",
        (
            "a whole array is asked whether it is true. Conditions on arrays work element by "
            "element, with NumPy's own functions."
        ),
    ),
    (
        "IndexError",
        r"out of bounds|too many indices",
        "index-out-of-bounds",
        (
            "an index points outside its array. Is the array as large as all labels, or all "
            "samples, need it to be?"
        ),
    ),
    (
        "NameError",
        rf"name {_NAME} is not defined",
        "undefined-name",
        "{} is used, and nothing has been given that name before.",
    ),
    (
        "UnboundLocalError",
        rf"variable {_NAME}",
        "unset-variable",
        "{} is read before anything is stored in it on this path through the method.",
    ),
    ("AttributeError", r"'NoneType' object has no attribute", "none-as-number", _NONE),
    (
        "AttributeError",
        r"'(list|tuple|dict|str|int|float|bool|function|method)' object has no attribute",
        "no-array",
        "what is used there is no array, its type is {}: where is it made?",
    ),
    (
        "AttributeError",
        rf"object has no attribute {_NAME}",
        "unset-attribute",
        (
            "{} is read from an object that has no such attribute: is it stored anywhere, and "
            "spelt alike there?"
        ),
    ),
    (
        "TypeError",
        r"NoneType",
        "none-as-number",
        _NONE,
    ),
    (
        "TypeError",
        r"missing \d+ required|takes \d+ positional|unexpected keyword",
        "wrong-arguments",
        "a function or method is called with other arguments than its first line asks for.",
    ),
)
