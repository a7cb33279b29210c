"""Training: SFT beside TRL's `SFTTrainer`, DAPO beside its `GRPOTrainer` with `environment_factory`.

Same model, same data, same sizes of batches; each side in a process of its own, in turn, with one thread.
The model of DAPO computes everything and then writes what a script says (`scripted.py`), but its answer is right at
random, so that about half of all groups teach nothing: TRL trains on all, and what counts is a *useful* group.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import warnings

import click
import torch
from harness import publish, summary
from training_material import Size, prepare
from training_sides import SIDES

SEED_MINUTES = 3.0
"""What a task of 16 samples takes in what this project began with."""


def measure(side: str, size: Size) -> dict[str, float]:
    """One side in a process of its own; its last line says what was found."""
    command = [sys.executable, __file__, "--side", side, *(["--small"] if size.repeats == 1 else [])]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


@click.command()
@click.option("--small", is_flag=True, help="Once, with little: to see that it runs.")
@click.option("--side", type=click.Choice(list(SIDES)), help="One side alone, in this process.")
def main(small: bool, side: str | None) -> None:
    os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
    warnings.filterwarnings("ignore")
    size = Size(small)
    if side:
        torch.set_num_threads(1)
        torch.manual_seed(0)
        found = SIDES[side](size)
        found["peak megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
        click.echo(json.dumps(found))
        return
    prepare(size)
    taken: dict[str, list[dict[str, float]]] = {each: [] for each in SIDES}
    for _ in range(size.repeats):
        for each in SIDES:
            taken[each].append(measure(each, size))
    results = {
        f"{side}: {name}": summary([found[name] for found in runs]) for side, runs in taken.items() for name in runs[0]
    }
    if small:
        click.echo(json.dumps({name: values["median"] for name, values in results.items()}, indent=2))
        return
    notes = _notes(results, size)
    publish("training", "as named", results, notes)


def _notes(results: dict[str, dict[str, float]], size: Size) -> dict[str, object]:
    def of(name: str) -> float:
        return results[name]["median"]

    return {
        "SFT: ours to TRL's, real tokens/s": round(of("sft webenv: real tokens/s") / of("sft trl: real tokens/s"), 2),
        "DAPO: TRL's to ours, seconds a useful group": round(
            of("dapo trl: seconds a useful group") / of("dapo webenv: seconds a useful group"), 2
        ),
        "DAPO: TRL's to ours, seconds a group that was drawn": round(
            of("dapo trl: minutes a task of 16 samples") / of("dapo webenv: minutes a task of 16 samples"), 2
        ),
        "minutes a task of 16 samples: the seed's": SEED_MINUTES,
        "group": size.group,
        "groups a round": size.groups,
        "rounds": size.rounds,
    }


if __name__ == "__main__":
    main()
