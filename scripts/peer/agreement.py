"""Whether both programs compute the same: logits of made-up models, answers of a real one."""

import dataclasses
import pathlib
import random

import llama
import numpy as np
import ours
from compare import divergence, print_table

ARCHITECTURES = ["llama", "llama3", "smollm3", "qwen2", "qwen3", "phi3", "gemma2", "gemma3"]
TYPES = [
    "F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0",
    "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "MXFP4", "Q4_K_M",
]  # fmt: skip
VOCABULARY = 512
PROMPT = 40
# As in prefill: more than one batch, the last one short.
BATCH = 16
# Both round what they multiply with, each in its way; beyond this something else differs.
MOST_DIVERGENCE = 1e-2
# How much worse than llama.cpp we may be, and how far off both may be without a word.
MOST_RATIO, NOISE = 1.5, 1e-5

STEPS = 200
QUESTIONS = [
    "Name three rivers.", "What is a monad?", "Write a haiku about rain.", "Why is the sky blue?",
    "How do I boil an egg?", "Explain gravity to a child.", "What is 17 times 23?", "Who wrote Hamlet?",
    "Give me a recipe for pancakes.", "What does a compiler do?", "Tell me a joke.", "What is the capital of Peru?",
    "List the planets.", "How does a bicycle stay upright?", "Write a short story about a lighthouse.",
    "What is photosynthesis?", "Translate 'good morning' into French.", "How can I sleep better?",
    "What is a prime number?", "Describe the sea in two sentences.",
]  # fmt: skip


@dataclasses.dataclass
class Comparison:
    """One made-up model."""

    # KL(llama.cpp || llmos): the largest of all positions, one by one and at the ends of batches.
    largest: float
    # Share of positions with the same top token. Near ties count as splits.
    same: float
    # Mean KL(exact || theirs) and KL(exact || ours), exact being llama.cpp on the same weights in f32.
    theirs: float
    ours: float

    def passes(self) -> bool:
        return self.largest <= MOST_DIVERGENCE and self.ours <= MOST_RATIO * self.theirs + NOISE


def _logits_of_theirs(
    path: pathlib.Path, prompts: list[list[int]], threads: int, *, exact: bool = False
) -> list[np.ndarray]:
    """The logits after each token of each prompt."""
    model = llama.Model(path)
    context = llama.Context(model, length=512, threads=threads, exact=exact)
    logits = []
    for prompt in prompts:
        context.clear()
        logits.append(context.read(prompt, outputs=len(prompt)).copy())
    context.close()
    model.close()
    return logits


def _exact_logits(path: pathlib.Path, prompts: list[list[int]], folder: pathlib.Path, threads: int) -> list[np.ndarray]:
    """As llama.cpp computes them when weights and cache are f32."""
    plain = folder / f"{path.stem}.f32.gguf"
    try:
        llama.dequantise(path, plain)
        return _logits_of_theirs(plain, prompts, threads, exact=True)
    finally:
        plain.unlink(missing_ok=True)


def _compare(path: pathlib.Path, threads: int) -> Comparison:
    # The vocabulary of synthetic models; its last three steer.
    prompt = random.Random(1).choices(range(VOCABULARY - 3), k=PROMPT)
    (theirs,) = _logits_of_theirs(path, [prompt], threads)
    (exact,) = _exact_logits(path, [prompt], path.parent, threads)
    _, one_by_one = ours.logits(path, prompt)
    ends, in_batches = ours.logits(path, prompt, batch=BATCH)
    return Comparison(
        largest=float(max(divergence(theirs, one_by_one).max(), divergence(theirs[ends], in_batches).max())),
        same=float((theirs.argmax(axis=-1) == one_by_one.argmax(axis=-1)).mean()),
        theirs=float(divergence(exact, theirs).mean()),
        ours=float(divergence(exact, one_by_one).mean()),
    )


def report_made_up(folder: pathlib.Path, *, threads: int, architectures: list[str], types: list[str]) -> bool:
    """Prints two tables of all pairs, and returns whether every one passes."""
    print(f"\n## Logits of made-up models, {PROMPT} tokens: largest KL(llama.cpp || llmos), same top token\n")
    between, exactness, remarks = [], [], []
    for kind in types:
        between.append([kind])
        exactness.append([kind])
        for arch in architectures:
            path = folder / f"{arch}-{kind}.gguf"
            try:
                ours.synth(path, arch=arch, kind=kind)
                result = _compare(path, threads)
            except RuntimeError as error:
                between[-1].append("failed")
                exactness[-1].append("failed")
                remarks.append(f"{arch} {kind}: {error}")
                continue
            finally:
                path.unlink(missing_ok=True)
            between[-1].append(f"{result.largest:.0e} {result.same:.0%}")
            exactness[-1].append(f"{result.theirs:.0e} {result.ours:.0e}")
            if not result.passes():
                remarks.append(f"{arch} {kind}: {result}")
    head = ["type", *architectures]
    print_table(head, between)
    print("\nMean KL from the same weights in f32: of llama.cpp, of llmos\n")
    print_table(head, exactness)
    for remark in remarks:
        print(f"- {remark}")
    return not remarks


def report_answers(path: pathlib.Path, folder: pathlib.Path, *, threads: int) -> None:
    """Prints where the likeliest answers of a real model part, and how exact both are."""
    print(f"\n## Likeliest answers of {path.stem}, {STEPS} tokens to {len(QUESTIONS)} questions\n")
    model = llama.Model(path)
    prompts = [
        model.tokenize(f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n", special=True)
        for question in QUESTIONS
    ]
    context = llama.Context(model, length=512, threads=threads)
    rows, whole, steps = [], 0, 0
    for question, prompt in zip(QUESTIONS, prompts):
        tokens, their_rows = context.greedy(prompt, STEPS)
        ours_at = ours.greedy(path, prompt, STEPS)
        parted = next((step for step in range(STEPS) if ours_at[step][0][0] != tokens[step]), None)
        steps += STEPS if parted is None else parted
        if parted is None:
            whole += 1
            continue
        top, row = dict(ours_at[parted]), their_rows[parted]
        mine = ours_at[parted][0][0]
        my_margin = f"{top[mine] - top[tokens[parted]]:.4f}" if tokens[parted] in top else "large"
        rows.append([question, str(parted), f"{row.max() - row[mine]:.4f}", my_margin])
    context.close()
    model.close()
    if rows:
        print_table(["question", "parts at", "margin of llama.cpp", "margin of llmos"], rows)
    mean = steps / len(QUESTIONS)
    print(f"\n{whole} of {len(QUESTIONS)} answers are the same to the end; {mean:.0f} tokens on average.")

    theirs = _logits_of_theirs(path, prompts, threads)
    exact = _exact_logits(path, prompts, folder, threads)
    mine = [ours.logits(path, prompt)[1] for prompt in prompts]
    distances = [np.concatenate([divergence(*pair) for pair in zip(exact, some)]).mean() for some in (theirs, mine)]
    print("Mean KL from the same weights in f32: llama.cpp {:.1e}, llmos {:.1e}.".format(*distances))
