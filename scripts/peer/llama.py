"""llama.cpp in this process, through the low-level interface of llama-cpp-python."""

import ctypes
import pathlib
from collections.abc import Sequence

import llama_cpp as api
import numpy as np

BATCH = 512


@api.llama_log_callback
def _silent(_level: int, _text: bytes, _data: object) -> None:
    """llama.cpp says a lot while it loads."""


api.llama_log_set(_silent, ctypes.c_void_p(0))
api.llama_backend_init()


class Model:
    """A loaded file, for one or more contexts."""

    def __init__(self, path: pathlib.Path) -> None:
        self.handle = api.llama_model_load_from_file(str(path).encode(), api.llama_model_default_params())
        if not self.handle:
            raise RuntimeError(f"llama.cpp does not load {path}")
        self.vocab = api.llama_model_get_vocab(self.handle)
        self.size = api.llama_vocab_n_tokens(self.vocab)
        self.bos = api.llama_vocab_bos(self.vocab) if api.llama_vocab_get_add_bos(self.vocab) else None

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """The tokens of `text`; `special` adds what belongs at the start and knows control tokens."""
        data = text.encode()
        tokens = (api.llama_token * (len(data) + 2))()
        count = api.llama_tokenize(self.vocab, data, len(data), tokens, len(tokens), special, special)
        return list(tokens[:count])

    def close(self) -> None:
        api.llama_model_free(self.handle)


def dequantise(path: pathlib.Path, out: pathlib.Path) -> None:
    """Writes a copy whose weights are all f32."""
    params = api.llama_model_quantize_default_params()
    params.ftype = api.LLAMA_FTYPE_ALL_F32
    params.allow_requantize = True
    if api.llama_model_quantize(str(path).encode(), str(out).encode(), params) != 0:
        raise RuntimeError(f"llama.cpp does not dequantise {path}")


class Context:
    """A cache and the threads that fill it. `exact` keeps the cache in f32."""

    def __init__(self, model: Model, *, length: int, threads: int, flash: bool = False, exact: bool = False) -> None:
        params = api.llama_context_default_params()
        params.n_ctx = length
        params.n_batch = BATCH
        params.n_ubatch = BATCH
        params.n_threads = params.n_threads_batch = threads
        params.flash_attn_type = api.LLAMA_FLASH_ATTN_TYPE_ENABLED if flash else api.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.no_perf = True
        if exact:
            params.type_k = params.type_v = api.GGML_TYPE_F32
        self.model = model
        self.handle = api.llama_init_from_model(model.handle, params)
        if not self.handle:
            raise RuntimeError("llama.cpp makes no context")
        self.batch = api.llama_batch_init(BATCH, 0, 1)
        self.position = 0

    def clear(self) -> None:
        """Forgets everything."""
        api.llama_memory_clear(api.llama_get_memory(self.handle), True)
        self.position = 0

    def read(self, tokens: Sequence[int], *, outputs: int = 1) -> np.ndarray:
        """Appends tokens; returns the logits after each of the last `outputs` of them, which must not be
        more than one batch. The array is llama.cpp's own, and the next call writes over it."""
        first = len(tokens) - outputs
        for start in range(0, len(tokens), BATCH):
            piece = tokens[start : start + BATCH]
            for index, token in enumerate(piece):
                self.batch.token[index] = token
                self.batch.pos[index] = self.position + index
                self.batch.n_seq_id[index] = 1
                self.batch.seq_id[index][0] = 0
                self.batch.logits[index] = start + index >= first
            self.batch.n_tokens = len(piece)
            if api.llama_decode(self.handle, self.batch) != 0:
                raise RuntimeError("llama.cpp does not decode")
            self.position += len(piece)
        api.llama_synchronize(self.handle)
        return np.ctypeslib.as_array(api.llama_get_logits(self.handle), shape=(outputs, self.model.size))

    def greedy(self, prompt: Sequence[int], count: int) -> tuple[list[int], list[np.ndarray]]:
        """The likeliest continuation, and the logits that each token was chosen by."""
        self.clear()
        row = self.read(prompt)[0].copy()
        tokens: list[int] = []
        rows: list[np.ndarray] = []
        for _ in range(count):
            tokens.append(int(row.argmax()))
            rows.append(row)
            row = self.read([tokens[-1]])[0].copy()
        return tokens, rows

    def close(self) -> None:
        api.llama_batch_free(self.batch)
        api.llama_free(self.handle)
