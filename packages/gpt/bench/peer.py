# A plain decoder-only transformer of the same shapes in PyTorch, with a cache of keys and values: what bench/decode.ts compares with.
# Arguments: layers width heads feed-forward, positions behind a token, positions read at once, and what to measure where it is not both
# float32 and int8. Prints the best of several rounds.
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

LAYERS, WIDTH, HEADS, HIDDEN, BEHIND, AT_ONCE = map(int, sys.argv[1:7])
FORMATS = sys.argv[7:] or ["float32", "int8"]
TOKENS, ROUNDS = 20, 4
# Quantised products of one row are slowest where several threads share them, and by far where the machine has other work.
INT8_TOKENS, INT8_ROUNDS = 4, 2


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.project = nn.Linear(WIDTH, 3 * WIDTH)
        self.join = nn.Linear(WIDTH, WIDTH)
        self.expand = nn.Linear(WIDTH, HIDDEN)
        self.contract = nn.Linear(HIDDEN, WIDTH)
        self.norms = nn.ModuleList([nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)])

    def forward(self, x, keys, values, held, mask):
        length = x.shape[0]
        query, key, value = self.project(x).view(length, 3, HEADS, -1).permute(1, 2, 0, 3)
        keys[:, held : held + length] = key
        values[:, held : held + length] = value
        scores = query @ keys[:, : held + length].transpose(1, 2) * (WIDTH // HEADS) ** -0.5
        weights = torch.softmax(scores if mask is None else scores + mask, -1)
        heads = weights @ values[:, : held + length]
        x = self.norms[0](x + self.join(heads.transpose(0, 1).reshape(length, WIDTH)))
        return self.norms[1](x + self.contract(F.relu(self.expand(x))))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([Layer() for _ in range(LAYERS)])
        self.predict = nn.Linear(WIDTH, 1025, bias=False)

    def forward(self, x, cache, held, mask=None):
        for layer, (keys, values) in zip(self.layers, cache):
            x = layer(x, keys, values, held, mask)
        return self.predict(x[-1:])


def best(action, rounds, count=1):
    least = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        least = min(least, (time.perf_counter() - start) / count)
    return 1000 * least


@torch.inference_mode()
def measure(name, model, count=TOKENS, rounds=ROUNDS):
    each = WIDTH // HEADS
    cache = [tuple(torch.randn(HEADS, BEHIND + TOKENS, each) for _ in range(2)) for _ in range(LAYERS)]
    row, rows = torch.randn(1, WIDTH), torch.randn(AT_ONCE, WIDTH)
    mask = torch.full((AT_ONCE, AT_ONCE), float("-inf")).triu(1)

    def tokens():
        for index in range(count):
            model(row, cache, BEHIND - TOKENS // 2 + index)

    model(row, cache, BEHIND - 1)
    print(f"PyTorch {torch.__version__} {name:8} {torch.get_num_threads()} threads  token {best(tokens, rounds, count):6.1f} ms", flush=True)
    at_once = best(lambda: model(rows, cache, 0, mask), 2)
    print(f"{AT_ONCE} positions at once {at_once:6.1f} ms", flush=True)


torch.manual_seed(1)
decoder = Decoder().eval()
if "float32" in FORMATS:
    measure("float32", decoder)
# FBGEMM is what x86 builds of PyTorch have it for, where they are built with it; Debian's is not everywhere.
known = torch.backends.quantized.supported_engines
torch.backends.quantized.engine = next(name for name in ("fbgemm", "onednn", "qnnpack") if name in known)
torch.set_num_threads(1)
if "int8" in FORMATS:
    measure("int8", torch.quantization.quantize_dynamic(decoder, {nn.Linear}, torch.qint8), INT8_TOKENS, INT8_ROUNDS)
