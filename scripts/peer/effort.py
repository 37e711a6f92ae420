"""Processor time of a generated token: what a battery pays, as far as it can be measured without one."""

import pathlib
import statistics
import sys
import time

import llama
import ours
from compare import print_table

TOKENS = 256


def _theirs(context: llama.Context) -> float:
    context.clear()
    token = 1
    start = time.process_time()
    for _ in range(TOKENS):
        token = int(context.read([token])[0].argmax())
    return (time.process_time() - start) / TOKENS


def _measure(path: pathlib.Path, *, threads: int, rounds: int) -> list[str]:
    model = llama.Model(path)
    context = llama.Context(model, length=TOKENS + 8, threads=threads)
    theirs, mine = [], []
    for number in range(rounds):
        print(f"{path.stem}: processor time, round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        theirs.append(_theirs(context))
        mine.append(ours.processor_time(path, threads=threads, generate=TOKENS))
    context.close()
    model.close()
    peer, own = statistics.median(theirs), statistics.median(mine)
    return [path.stem, f"{1000 * peer:.2f}", f"{1000 * own:.2f}", f"{own / peer:.2f}"]


def report(files: list[pathlib.Path], *, threads: int, rounds: int) -> None:
    """Prints the table."""
    print(f"\n## Processor time of a generated token, ms, {threads} threads, medians of {rounds} rounds\n")
    rows = [_measure(path, threads=threads, rounds=rounds) for path in files]
    print_table(["file", "llama.cpp", "llmos", "share"], rows)
