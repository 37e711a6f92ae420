"""Perplexity of both programs on one text."""

import math
import pathlib

import llama
import numpy as np
import ours
from compare import log_softmax, print_table

CONTEXT = 512


def _theirs(path: pathlib.Path, text: str, threads: int) -> tuple[float, int]:
    """As llama.cpp's own tool computes it, and the number of chunks."""
    model = llama.Model(path)
    tokens = ([] if model.bos is None else [model.bos]) + model.tokenize(text, special=False)
    context = llama.Context(model, length=CONTEXT, threads=threads)
    chunks = len(tokens) // CONTEXT
    first = CONTEXT // 2
    total = 0.0
    for number in range(chunks):
        chunk = tokens[number * CONTEXT : (number + 1) * CONTEXT]
        if model.bos is not None:
            chunk[0] = model.bos
        context.clear()
        logs = log_softmax(context.read(chunk, outputs=CONTEXT - first)[:-1])
        came = np.array(chunk[first + 1 :])
        total -= float(logs[np.arange(len(came)), came].sum())
    context.close()
    model.close()
    return math.exp(total / (chunks * (CONTEXT - first - 1))), chunks


def report(files: list[pathlib.Path], text: pathlib.Path, *, threads: int) -> None:
    """Prints the table."""
    print(f"\n## Perplexity on {text.name}, chunks of {CONTEXT} tokens\n")
    content = text.read_text(encoding="utf-8")
    rows = []
    for path in files:
        theirs, chunks = _theirs(path, content, threads)
        mine = ours.perplexity(path, text, context=CONTEXT, threads=threads)
        assert mine["chunks"] == chunks, "the tokenizers disagree"
        difference = mine["perplexity"] / theirs - 1.0
        rows.append(
            [
                path.stem, str(chunks), f"{theirs:.4f}", f"{mine['perplexity']:.4f}",
                f"± {mine['standard_error']:.4f}", f"{difference:+.3%}",
            ]
        )  # fmt: skip
    print_table(["file", "chunks", "llama.cpp", "llmos", "standard error", "difference"], rows)
