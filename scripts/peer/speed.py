"""Tokens per second of both programs on the same files, in rounds that take turns."""

import pathlib
import random
import statistics
import sys
import time

import llama
import ours
from compare import print_table

PROMPT = 512
GENERATE = 64
DEPTH = 1024
TESTS = {
    "prefill": f"prefill {PROMPT}",
    "decode": f"decode {GENERATE}",
    "deep": f"decode {GENERATE} at {DEPTH}",
}
PEERS = {"plain": False, "flash": True}


def _tokens(context: llama.Context, seed: int, count: int) -> list[int]:
    """Speed does not depend on which they are."""
    return random.Random(seed).choices(range(context.model.size), k=count)


def _prefill(context: llama.Context, seed: int) -> float:
    tokens = _tokens(context, seed, PROMPT)
    context.clear()
    start = time.perf_counter()
    context.read(tokens)
    return PROMPT / (time.perf_counter() - start)


def _decode(context: llama.Context, seed: int, depth: int) -> float:
    tokens = _tokens(context, seed, depth + 1)
    context.clear()
    if depth:
        context.read(tokens[:depth])
    token = tokens[depth]
    start = time.perf_counter()
    for _ in range(GENERATE):
        token = int(context.read([token])[0].argmax())
    return GENERATE / (time.perf_counter() - start)


def _round_of_theirs(context: llama.Context, seed: int) -> dict[str, float]:
    return {
        "prefill": _prefill(context, seed),
        "decode": _decode(context, seed, 0),
        "deep": _decode(context, seed, DEPTH),
    }


def _round_of_ours(path: pathlib.Path, threads: int, kernels: str | None) -> dict[str, float]:
    shallow = ours.bench(path, threads=threads, prompt=PROMPT, generate=GENERATE, depth=0, kernels=kernels)
    deep = ours.bench(path, threads=threads, prompt=0, generate=GENERATE, depth=DEPTH, kernels=kernels)
    return {**shallow, "deep": deep["decode"]}


def measure(path: pathlib.Path, *, threads: int, rounds: int, kernels: str | None) -> list[list[str]]:
    """The rows of one file: medians, and how many times faster we are than the better of theirs."""
    model = llama.Model(path)
    length = DEPTH + GENERATE + 64
    contexts = {
        name: llama.Context(model, length=length, threads=threads, flash=flash) for name, flash in PEERS.items()
    }
    figures: dict[str, dict[str, list[float]]] = {who: {test: [] for test in TESTS} for who in (*PEERS, "ours")}
    # One more than is counted: the first one meets cold caches.
    for number in range(rounds + 1):
        print(f"{path.stem}: round {number} of {rounds}", file=sys.stderr, flush=True)
        # Whoever goes first meets the machine as the last one left it.
        turn = ["ours", *PEERS] if number % 2 else [*PEERS, "ours"]
        for who in turn:
            result = _round_of_ours(path, threads, kernels) if who == "ours" else _round_of_theirs(contexts[who], number)
            if number:
                for test, figure in result.items():
                    figures[who][test].append(figure)
    for context in contexts.values():
        context.close()
    model.close()

    rows = []
    for test, title in TESTS.items():
        middle = {who: statistics.median(figures[who][test]) for who in figures}
        best = max(middle[who] for who in PEERS)
        rows.append([path.stem, title, *(f"{middle[who]:.1f}" for who in figures), f"{middle['ours'] / best:.2f}"])
    return rows


def report(files: list[pathlib.Path], *, threads: int, rounds: int, kernels: str | None) -> None:
    """Prints the table."""
    print(f"\n## Speed, tokens per second, {threads} threads, medians of {rounds} rounds that took turns\n")
    rows = []
    for path in files:
        rows += measure(path, threads=threads, rounds=rounds, kernels=kernels)
    print_table(["file", "test", "llama.cpp", "llama.cpp, flash attention", "llmos", "ratio to the better"], rows)
