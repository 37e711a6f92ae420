"""Compares llmos-cli with llama.cpp: speed, logits, answers, perplexity. See scripts/bench-peer.sh."""

import argparse
import pathlib
import sys

import agreement
import effort
import llama_cpp
import ours
import speed
import text as perplexity

PARTS = ["speed", "effort", "logits", "answers", "perplexity"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench-peer.sh", description=__doc__)
    parser.add_argument("files", nargs="*", type=pathlib.Path, help="model files [default: the default model]")
    parser.add_argument("--all", action="store_true", help="models of 1.2 billion random weights, too")
    parser.add_argument("--others", action="store_true", help="only the speed of all other types and architectures")
    parser.add_argument("--minutes", type=float, default=12, help="that the latter may take")
    parser.add_argument("--only", action="append", choices=PARTS, help="only this part; may be given again")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5, help="that count, of the speed measurement")
    parser.add_argument("--kernels", help="of our own, by name, for the speed measurement")
    parser.add_argument("--arch", action="append", choices=agreement.ARCHITECTURES, help="only these logits, or others")
    parser.add_argument("--type", action="append", choices=agreement.TYPES, help="only these logits, or others")
    parser.add_argument("--model", type=pathlib.Path, required=True, help="the default model")
    parser.add_argument("--text", type=pathlib.Path, required=True, help="the text for perplexity")
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="for files that are made here")
    arguments = parser.parse_args()
    parts = arguments.only or PARTS
    threads = arguments.threads
    print(f"llama.cpp by llama-cpp-python {llama_cpp.__version__}: {llama_cpp.llama_print_system_info().decode()}")

    if arguments.others:
        speed.report_others(
            arguments.folder / "small",
            threads=threads,
            rounds=arguments.rounds,
            minutes=arguments.minutes,
            architectures=arguments.arch or agreement.ARCHITECTURES,
            types=arguments.type or agreement.TYPES,
        )
        return 0

    files = arguments.files or [arguments.model]
    passed = True
    if "logits" in parts:
        passed = agreement.report_made_up(
            arguments.folder / "tiny",
            threads=threads,
            architectures=arguments.arch or agreement.ARCHITECTURES,
            types=arguments.type or agreement.TYPES,
        )
    if "answers" in parts:
        agreement.report_answers(arguments.model, arguments.folder, threads=threads)
    if "perplexity" in parts:
        perplexity.report(files, arguments.text, threads=threads)
    if "effort" in parts:
        effort.report(files, threads=threads, rounds=arguments.rounds)
    if "speed" in parts:
        if arguments.all:
            for kind in ("Q4_0", "Q4_K_M"):
                path = arguments.folder / f"llama-1b-{kind}.gguf"
                files.append(path if path.exists() else ours.synth(path, arch="llama", kind=kind, shape="1b"))
        speed.report(files, threads=threads, rounds=arguments.rounds, kernels=arguments.kernels)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
