"""How alike two sets of logits are."""

import numpy as np


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Logarithms of the probabilities, row by row."""
    rows = np.asarray(logits, dtype=np.float64)
    rows = rows - rows.max(axis=-1, keepdims=True)
    return rows - np.log(np.exp(rows).sum(axis=-1, keepdims=True))


def divergence(theirs: np.ndarray, ours: np.ndarray) -> np.ndarray:
    """KL(theirs || ours) of each row, in nats."""
    their_logs, our_logs = log_softmax(theirs), log_softmax(ours)
    return (np.exp(their_logs) * (their_logs - our_logs)).sum(axis=-1)


def print_table(head: list[str], rows: list[list[str]]) -> None:
    """A table in Markdown, with columns as wide as they need be."""
    lines = [head, ["-" * len(name) for name in head], *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    lines[1] = ["-" * width for width in widths]
    for line in lines:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |", flush=True)
