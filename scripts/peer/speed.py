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
HEAD = ["file", "test", "llama.cpp", "llama.cpp, flash attention", "llmos", "ratio to the better"]


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


def _round_of_theirs(context: llama.Context, seed: int, *, deep: bool) -> dict[str, float]:
    shallow = {"prefill": _prefill(context, seed), "decode": _decode(context, seed, 0)}
    return {**shallow, "deep": _decode(context, seed, DEPTH)} if deep else shallow


def _round_of_ours(path: pathlib.Path, threads: int, kernels: str | None, *, deep: bool) -> dict[str, float]:
    shallow = ours.bench(path, threads=threads, prompt=PROMPT, generate=GENERATE, depth=0, kernels=kernels)
    if not deep:
        return shallow
    behind = ours.bench(path, threads=threads, prompt=0, generate=GENERATE, depth=DEPTH, kernels=kernels)
    return {**shallow, "deep": behind["decode"]}


def measure(
    path: pathlib.Path, *, threads: int, rounds: int, kernels: str | None, deep: bool = True
) -> list[list[str]]:
    """The rows of one file: medians, and how many times faster we are than the better of theirs. Without `deep`
    only what is quick."""
    tests = {name: title for name, title in TESTS.items() if deep or name != "deep"}
    model = llama.Model(path)
    length = DEPTH + GENERATE + 64
    contexts = {
        name: llama.Context(model, length=length, threads=threads, flash=flash) for name, flash in PEERS.items()
    }
    figures: dict[str, dict[str, list[float]]] = {who: {test: [] for test in tests} for who in (*PEERS, "ours")}
    # One more than is counted: the first one meets cold caches.
    for number in range(rounds + 1):
        print(f"{path.stem}: round {number} of {rounds}", file=sys.stderr, flush=True)
        # Whoever goes first meets the machine as the last one left it.
        turn = ["ours", *PEERS] if number % 2 else [*PEERS, "ours"]
        for who in turn:
            if who == "ours":
                result = _round_of_ours(path, threads, kernels, deep=deep)
            else:
                result = _round_of_theirs(contexts[who], number, deep=deep)
            if number:
                for test, figure in result.items():
                    figures[who][test].append(figure)
    for context in contexts.values():
        context.close()
    model.close()

    rows = []
    for test, title in tests.items():
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
    print_table(HEAD, rows)


# What the other tables do not have: every type in one architecture, then every architecture in one type.
OTHERS = [
    *(
        ("llama", kind)
        for kind in ("F16", "BF16", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "MXFP4")
    ),
    *((arch, "Q4_0") for arch in ("qwen2", "qwen3", "phi3", "gemma2", "gemma3")),
]


def report_others(
    folder: pathlib.Path, *, threads: int, rounds: int, minutes: float, architectures: list[str], types: list[str]
) -> None:
    """Prints the table of made-up models of 80 million weights, without depth. None is begun after `minutes`."""
    print(f"\n## Other types and architectures, tokens per second, {threads} threads, medians of {rounds} rounds\n")
    rows, left = [], []
    end = time.monotonic() + 60 * minutes
    for arch, kind in OTHERS:
        if arch not in architectures or kind not in types:
            continue
        if time.monotonic() > end:
            left.append(f"{arch} {kind}")
            continue
        path = folder / f"{arch}-small-{kind}.gguf"
        try:
            ours.synth(path, arch=arch, kind=kind, shape="small")
            rows += measure(path, threads=threads, rounds=rounds, kernels=None, deep=False)
        finally:
            path.unlink(missing_ok=True)
    print_table(HEAD, rows)
    if left:
        print(f"\nNot begun within {minutes:g} minutes: {', '.join(left)}.")
