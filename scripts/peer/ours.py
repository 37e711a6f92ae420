"""The program under test: llmos-cli, one process a call."""

import json
import os
import pathlib
import resource
import subprocess
from collections.abc import Sequence

import numpy as np

CLI = os.environ["LLMOS_CLI"]


def run(*arguments: object) -> str:
    """What the program writes; the last line of its complaint when it fails."""
    command = [CLI, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip().rpartition("\n")[2] or f"status {done.returncode}")
    return done.stdout


def synth(path: pathlib.Path, *, arch: str, kind: str, shape: str = "tiny") -> pathlib.Path:
    """A model file of random weights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    run("synth", "--arch", arch, "--type", kind, "--shape", shape, path)
    return path


def logits(path: pathlib.Path, tokens: Sequence[int], *, batch: int = 1) -> tuple[list[int], np.ndarray]:
    """Positions, and a row of logits after each. With `batch` they are those that end a batch."""
    listed = ",".join(map(str, tokens))
    report = json.loads(
        run("logits", "--engine", "native", "--model", path, "--tokens", listed, "--batch", batch, "--json")
    )
    positions = report["positions"]
    rows = np.array([entry["logits"] for entry in positions], dtype=np.float32)
    return [entry["position"] for entry in positions], rows


def greedy(path: pathlib.Path, prompt: Sequence[int], count: int) -> list[list[tuple[int, float]]]:
    """The likeliest ids with their logits, at each of `count` steps after the prompt."""
    report = json.loads(
        run(
            "logits", "--engine", "native", "--model", path, "--tokens", ",".join(map(str, prompt)),
            "--batch", 128, "--generate", count - 1, "--top", 10, "--json",
        )
    )  # fmt: skip
    return [[(token, logit) for token, logit in entry["top"]] for entry in report["positions"][-count:]]


def perplexity(path: pathlib.Path, text: pathlib.Path, *, context: int, threads: int) -> dict:
    """The report of the command of that name."""
    return json.loads(
        run(
            "perplexity", "--engine", "native", "--model", path, "--context", context,
            "--threads", threads, "--json", text,
        )
    )  # fmt: skip


def bench(
    path: pathlib.Path, *, threads: int, prompt: int, generate: int, depth: int, kernels: str | None
) -> dict[str, float]:
    """Tokens per second of one run, after one that does not count."""
    report = json.loads(
        run(
            "bench", "--engine", "native", "--model", path, "--threads", threads, "--prompt-tokens", prompt,
            "--generate", generate, "--depth", depth, "--repeat", 1, "--json",
            *(("--kernels", kernels) if kernels else ()),
        )
    )  # fmt: skip
    return {name: report[name][0]["tps"] for name in ("prefill", "decode") if report[name]}


def processor_time(path: pathlib.Path, *, threads: int, generate: int) -> float:
    """Processor seconds of all threads for one generated token: what `generate` more of them cost."""

    def spent(count: int) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        bench(path, threads=threads, prompt=0, generate=count, depth=0, kernels=None)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # Each length is run twice by the program: once that does not count, and once that does.
    return (spent(generate + 32) - spent(32)) / (2 * generate)
