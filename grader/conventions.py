"""Names that a file uses otherwise than the assignment, told in one sentence with the line.

Pure functions over what is known of a file (Loaded): nothing here runs it.
"""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from types import MappingProxyType

from grader.assignment import (
    ACTIVATIONS,
    ALIASES,
    CLASS,
    FUNCTIONS,
    GRADIENTS,
    METHODS,
    PARAMETERS,
    TRAINING,
)
from grader.differences import listed
from grader.sandbox.request import Loaded

SYNONYMS: Mapping[str, str] = MappingProxyType(
    {
        "forward_propagation": "forward forwardprop feedforward forwardpass forwardpropagate",
        "one_hot": "onehotencode onehotencoding onehotencoder toonehot encodeonehot encode",
        "cross_entropy_loss": "loss computeloss getloss calculateloss crossentropy "
        "computecost cost crossentropycost",
        "backward_propagation": "backward backprop backwardprop backpropagation backpropagate "
        "backwardpass backwardpropagate",
        "update_params": "update updateparameters updateweights step optimize",
        "get_predictions": "predict prediction predictions getprediction makepredictions",
        "get_accuracy": "accuracy computeaccuracy calculateaccuracy score evaluate",
        "gradient_descent": "train fit gradientdescend",
        CLASS: "neuralnetwork neuralnet network net mlp model twolayernet",
    }
)
"""What else each name is usually called, in lower case and without underscores."""

CLOSE = 0.9
"""How alike two names must be, from 0 to 1, to be taken for a slip of the pen: of a dozen letters
one may be wrong, and forward is not backward."""

NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "forward_propagation": PARAMETERS,
        "backward_propagation": ("W2",),
        "update_params": (*PARAMETERS, *GRADIENTS),
        "gradient_descent": PARAMETERS,
        TRAINING: PARAMETERS,
    }
)
"""What a method cannot be right without: attributes of the grader's that it must read itself."""

CONTAINERS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (PARAMETERS, ("params", "parameters", "weights")),
    (ACTIVATIONS[1:], ("cache", "caches", "activations")),
    (GRADIENTS, ("grads", "gradients", "grad", "gradient")),
)
"""What is kept in one dictionary or list instead of in attributes."""


def absent(loaded: Loaded, name: str) -> str | None:
    """What to say where the file does not define a name of the contract; None where it does."""
    if name not in FUNCTIONS and CLASS not in loaded.defined:
        return _no_class(loaded, name)
    if name in loaded.defined:
        return None
    return f"nn.py does not define {name}{_alike(loaded, name)}"


def unwritten(loaded: Loaded, name: str) -> str:
    """What to say where a method is only there in name."""
    return f"{name} is not written yet{_alike(loaded, name)}"


def misnamed(loaded: Loaded, method: str, message: str, *, raised: bool = False) -> str | None:
    """What to say in place of a failure's message, where attributes are named otherwise.

    Args:
        loaded: what the file holds.
        method: that failed.
        message: of the failure; it says "self.Z1 is None" of what was never set.
        raised: it tells of an exception, which has to do with names only if it shows one.
    """
    sets = METHODS[method].sets if method in METHODS else ()
    unset = [name for name in sets if f"self.{name} is None" in message]
    needed = NEEDS.get(method, ())

    def explains(names: Iterable[str], theirs: Iterable[str]) -> bool:
        shows = any(f"'{its}'" in message or f".{its}" in message for its in theirs)
        return bool({*unset, *needed} & {*names}) and (shows or not raised)

    otherwise = {
        name: found
        for name in dict.fromkeys((*needed, *sets))
        if name not in loaded.attributes
        and (found := meant(name, loaded.attributes, _attribute_synonyms(name)))
    }
    if explains(otherwise, [its for its, _ in otherwise.values()]):
        theirs = listed(f"self.{its} (line {line})" for its, line in otherwise.values())
        names = "names are" if len(otherwise) > 1 else "name is"
        return f"nn.py sets {theirs}; the assignment's {names} {listed(otherwise)}."
    for kind, containers in CONTAINERS:
        kept = [name for name in containers if name in loaded.attributes]
        named = set(kind) & set(loaded.attributes)
        if len(kept) == 1 and not named and explains(kind, kept):
            return (
                f"nn.py keeps values in self.{kept[0]} (line {loaded.attributes[kept[0]]}); in "
                f"the assignment {listed(kind)} are attributes of the network."
            )
    return None


def takes_as_agreed(loaded: Loaded, name: str) -> bool:
    """Whether a method can be called as the contract calls it: so many arguments, in that order."""
    theirs = loaded.parameters.get(name)
    ours = METHODS[name].arguments
    return theirs is None or (
        len(theirs) == len(ours)
        and all(
            its.lower() in {key.lower(), *ALIASES.get(key, ())}
            for its, key in zip(theirs, ours, strict=True)
        )
    )


def notices(loaded: Loaded) -> tuple[str, ...]:
    """What is done otherwise, and graded all the same."""
    if CLASS not in loaded.defined:
        return ()
    taken = [name.lower() for name in loaded.parameters.get("get_predictions", ())]
    if any(n in ALIASES["A2"] for n in taken) and not any(n in ALIASES["X"] for n in taken):
        place = f"get_predictions (line {loaded.defined.get('get_predictions', '?')})"
        return (f"{place} takes A2 instead of the samples X: it is graded so, and loses nothing.",)
    return ()


def meant(
    name: str, candidates: Mapping[str, int], synonyms: Iterable[str] = ()
) -> tuple[str, int] | None:
    """The one candidate that is probably another name for `name`, with its line.

    Upper case and underscores do not count. The same name so read goes before a synonym, and that
    before a name that is nearly the same; where several are as likely, it is none of them.
    """
    alike = [key for key in candidates if plain(key) == plain(name)]
    known = [key for key in candidates if plain(key) in synonyms]
    close = [key for key in candidates if _close(plain(key), plain(name))]
    for found in (alike, known, close):
        if found:
            return (found[0], candidates[found[0]]) if len(found) == 1 else None
    return None


def plain(name: str) -> str:
    """A name without what people write in several ways."""
    return name.lower().replace("_", "")


def _close(one: str, other: str) -> bool:
    # A letter more or less makes another name of a short one: db1 is not b1.
    long = min(len(one), len(other)) > len("relu")
    return long and SequenceMatcher(None, one, other).ratio() >= CLOSE


def _part(loaded: Loaded, name: str) -> tuple[str, int] | None:
    return meant(name, loaded.others, SYNONYMS.get(name, "").split())


def _alike(loaded: Loaded, name: str) -> str:
    """The end of a sentence that says what is not there."""
    found = _part(loaded, name)
    if found is None:
        return "."
    return f"; {found[0]} (line {found[1]}) looks like it: rename it so that it can be graded."


def _no_class(loaded: Loaded, name: str) -> str:
    found = meant(CLASS, loaded.classes, SYNONYMS[CLASS].split())
    if found is None and len(loaded.classes) == 1:
        found = next(iter(loaded.classes.items()))
    if found:
        return (
            f"nn.py defines no class {CLASS}; class {found[0]} (line {found[1]}) looks like it: "
            "rename it so that it can be graded."
        )
    methods = [method for method in METHODS if method not in FUNCTIONS]
    loose = {m: loaded.defined[m] for m in methods if m in loaded.defined}
    loose |= dict(part for m in methods if m not in loose and (part := _part(loaded, m)))
    if len(loose) > 1:
        first, line = min(loose.items(), key=lambda item: item[1])
        return (
            f"nn.py defines no class {CLASS}: {first} (line {line}) and {len(loose) - 1} more are "
            f"functions outside any class; in the assignment they are methods of {CLASS}."
        )
    return f"nn.py defines no class {CLASS}, so there is no {name}."


def _attribute_synonyms(name: str) -> tuple[str, ...]:
    kind, number = plain(name[:-1]), name[-1]
    if name in GRADIENTS:
        parameter = f"{kind[1:]}{number}"
        return (f"grad{parameter}", f"{parameter}grad")
    words = {"w": ("weight", "weights"), "b": ("bias", "biases")}.get(kind, ())
    return tuple(f"{word}{number}" for word in words)
