"""`python -m grader.calibrate`: what the reference reaches, to set thresholds by.

Prints the lowest, median and highest test accuracy over several seeds, each with initial weights
and permutations of its own, as a submission would have them.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track

from grader import data, rubric
from grader.exam import set_exam, train
from grader.solution import load_reference


def calibrate(
    profile: Annotated[str, typer.Option(help="quick, standard or full.")] = "standard",
    source: Annotated[str, typer.Option("--data", help="As for grader grade.")] = "auto",
    seeds: Annotated[int, typer.Option(help="How many trainings to run.", min=1)] = 20,
    rubric_file: Annotated[Path | None, typer.Option("--rubric", help="A rubric.")] = None,
) -> None:
    """Train the reference under a profile's budget, once a seed."""
    rules = rubric.load(rubric_file)
    reference, dataset = load_reference(), data.load(source)
    reached = []
    for seed in track(range(seeds), "training", console=Console(stderr=True), transient=True):
        exam = set_exam(dataset, rules.profile(profile), rules.sizes, reference, seed, "")
        reached.append(exam.accuracy(train(exam, reference)))
    low, middle, high = np.quantile(reached, [0, 0.5, 1])
    threshold = rules.profile(profile).threshold.get(dataset.name)
    typer.echo(
        f"{profile} on {dataset.name}, {seeds} seeds: lowest {low:.1%}, median {middle:.1%}, "
        f"highest {high:.1%}; threshold {threshold}"
    )


if __name__ == "__main__":
    typer.run(calibrate)
