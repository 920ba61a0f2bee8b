"""A training step of ConGPT or ConVITS at its published size in PyTorch, written plainly: what npm run bench:train -- --peer compares with.

python3 peer.py gpt|vits STEPS THREADS prints {"secondsPerStep": the least of STEPS, after one to warm up}.
"""

import json
import math
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import weight_norm

ROWS, POSITIONS = 2, 512
FRAMES, SEGMENT, HOP, BINS = 200, 32, 640, 1025


class ConGpt(nn.Module):
    def __init__(self, width=512, layers=24, heads=16):
        super().__init__()
        self.text = nn.Embedding(512, width)
        self.speech = nn.Embedding(1025, width)
        self.roles = nn.Embedding(2, width)
        self.layers = nn.ModuleList([nn.TransformerEncoderLayer(width, heads, 4 * width, 0.0, "relu", batch_first=True) for _ in range(layers)])
        self.predict = nn.Linear(width, 1025, bias=False)

    def forward(self, ids, kind, roles, mask):
        embedded = torch.where(kind[..., None] > 0, self.speech(ids), self.text(ids % 512))
        x = embedded + self.roles(roles)
        for layer in self.layers:
            x = layer(x, src_mask=mask)
        return self.predict(x)


def gpt_step():
    model = ConGpt()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5)
    ids = torch.randint(500, (ROWS, POSITIONS))
    kind = (torch.rand(ROWS, POSITIONS) > 0.3).long()
    roles = torch.randint(2, (ROWS, POSITIONS))
    targets = torch.randint(500, (ROWS, POSITIONS))
    mask = nn.Transformer.generate_square_subsequent_mask(POSITIONS)

    def step():
        optimizer.zero_grad(set_to_none=True)
        losses = F.cross_entropy(model(ids, kind, roles, mask).flatten(0, 1), targets.flatten(), reduction="none")
        (losses * kind.flatten()).sum().div(kind.sum()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return step


def conv(inputs, outputs, kernel=1, dilation=1, normed=False):
    layer = nn.Conv1d(inputs, outputs, kernel, dilation=dilation, padding=dilation * (kernel - 1) // 2)
    return weight_norm(layer) if normed else layer


class RelativeAttention(nn.Module):
    """Attention over [B, C, T] with learned relative positions up to `window` (Shaw et al. 2018), as VITS has it."""

    def __init__(self, channels, heads, window=4):
        super().__init__()
        self.heads, self.window, depth = heads, window, channels // heads
        self.q, self.k, self.v, self.o = (conv(channels, channels) for _ in range(4))
        self.keys = nn.Parameter(torch.randn(2 * window + 1, depth) * depth**-0.5)
        self.values = nn.Parameter(torch.randn(2 * window + 1, depth) * depth**-0.5)

    def forward(self, x):
        batch, channels, length = x.shape
        q, k, v = (part(x).view(batch, self.heads, -1, length).transpose(2, 3) for part in (self.q, self.k, self.v))
        q = q / math.sqrt(q.shape[-1])
        place = torch.arange(length)
        offset = place[None, :] - place[:, None]
        near = offset.abs() <= self.window
        index = (offset + self.window).clamp(0, 2 * self.window).expand(batch, self.heads, -1, -1)
        relative = torch.gather(q @ self.keys.T, 3, index) * near
        weights = F.softmax(q @ k.transpose(2, 3) + relative, -1)
        summed = torch.zeros(batch, self.heads, length, 2 * self.window + 1).scatter_add(3, index, weights * near)
        out = weights @ v + summed @ self.values
        return self.o(out.transpose(2, 3).reshape(batch, channels, length))


class ChannelNorm(nn.LayerNorm):
    def forward(self, x):
        return super().forward(x.transpose(1, 2)).transpose(1, 2)


class Encoder(nn.Module):
    def __init__(self, layers, channels=192, filters=768):
        super().__init__()
        self.attention = nn.ModuleList([RelativeAttention(channels, 2) for _ in range(layers)])
        self.feed = nn.ModuleList(
            [nn.Sequential(conv(channels, filters, 3), nn.ReLU(), conv(filters, channels, 3)) for _ in range(layers)]
        )
        self.norms = nn.ModuleList([ChannelNorm(channels) for _ in range(2 * layers)])

    def forward(self, x):
        for i, (attention, feed) in enumerate(zip(self.attention, self.feed)):
            x = self.norms[2 * i](x + attention(x))
            x = self.norms[2 * i + 1](x + feed(x))
        return x


class CrossAttention(nn.Module):
    """Codes attend to phonemes, both widened to 512; the style is added."""

    def __init__(self, channels=192, width=512):
        super().__init__()
        self.codes, self.text, self.post = conv(channels, width), conv(channels, width), conv(width, channels)
        self.q, self.k, self.v, self.o = (conv(width, width) for _ in range(4))

    def forward(self, codes, text, style):
        codes, text = self.codes(codes), self.text(text)
        split = lambda x: x.unflatten(1, (4, -1)).transpose(2, 3)
        q, k, v = split(self.q(codes)), split(self.k(text)), split(self.v(text))
        heard = F.softmax(q @ k.transpose(2, 3) / math.sqrt(q.shape[-1]), -1) @ v
        return self.post(self.o(heard.transpose(2, 3).flatten(1, 2)) + codes + style)


class WaveNet(nn.Module):
    def __init__(self, layers, channels=192, style=512):
        super().__init__()
        self.channels, self.count = channels, layers
        self.condition = conv(style, 2 * channels * layers, normed=True)
        self.inner = nn.ModuleList([conv(channels, 2 * channels, 5, normed=True) for _ in range(layers)])
        last = layers - 1
        self.skip = nn.ModuleList([conv(channels, channels * (1 if i == last else 2), normed=True) for i in range(layers)])

    def forward(self, x, style):
        parts = self.condition(style).chunk(self.count, 1)
        total = 0
        for inner, skip, part in zip(self.inner, self.skip, parts):
            gate, sigma = (inner(x) + part).chunk(2, 1)
            made = skip(torch.tanh(gate) * torch.sigmoid(sigma))
            if made.shape[1] > self.channels:
                x, made = x + made[:, : self.channels], made[:, self.channels :]
            total = total + made
        return total


class Coupling(nn.Module):
    def __init__(self, channels=192):
        super().__init__()
        self.pre, self.net, self.post = conv(channels // 2, channels), WaveNet(4), conv(channels, channels // 2)

    def forward(self, x, style):
        first, second = x.chunk(2, 1)
        return torch.cat([first, second + self.post(self.net(self.pre(first), style))], 1).flip(1)


class StyleEncoder(nn.Module):
    def __init__(self, hidden=128):
        super().__init__()
        self.spectral = nn.Sequential(nn.Linear(BINS, hidden), nn.Mish(), nn.Linear(hidden, hidden), nn.Mish())
        self.temporal = nn.ModuleList([conv(hidden, 2 * hidden, 5) for _ in range(2)])
        self.attention = nn.MultiheadAttention(hidden, 2, batch_first=True)
        self.out = nn.Linear(hidden, 512)

    def forward(self, spectrogram):
        x = self.spectral(spectrogram.transpose(1, 2)).transpose(1, 2)
        for layer in self.temporal:
            x = x + F.glu(layer(x), 1)
        x = x.transpose(1, 2)
        return self.out(x + self.attention(x, x, x, need_weights=False)[0]).mean(1)[..., None]


class ResidualBlock(nn.Module):
    def __init__(self, channels, kernel):
        super().__init__()
        self.wide = nn.ModuleList([conv(channels, channels, kernel, d, normed=True) for d in (1, 3, 5)])
        self.narrow = nn.ModuleList([conv(channels, channels, kernel, normed=True) for _ in range(3)])

    def forward(self, x):
        for wide, narrow in zip(self.wide, self.narrow):
            x = x + narrow(F.leaky_relu(wide(F.leaky_relu(x, 0.1)), 0.1))
        return x


class Decoder(nn.Module):
    def __init__(self, channels=512):
        super().__init__()
        self.pre, self.style = conv(192, channels, 7), conv(512, channels)
        self.ups, self.blocks = nn.ModuleList(), nn.ModuleList()
        for rate, kernel in zip((10, 8, 2, 2, 2), (16, 16, 8, 2, 2)):
            up = nn.ConvTranspose1d(channels, channels // 2, kernel, rate, padding=(kernel - rate) // 2)
            self.ups.append(weight_norm(up))
            channels //= 2
            self.blocks.append(nn.ModuleList([ResidualBlock(channels, k) for k in (3, 7, 11)]))
        self.post = nn.Conv1d(channels, 1, 7, padding=3, bias=False)

    def forward(self, x, style):
        x = self.pre(x) + self.style(style)
        for up, blocks in zip(self.ups, self.blocks):
            x = up(F.leaky_relu(x, 0.1))
            x = sum(block(x) for block in blocks) / len(blocks)
        return torch.tanh(self.post(F.leaky_relu(x)))


class ConVits(nn.Module):
    def __init__(self):
        super().__init__()
        self.codes = nn.Embedding(1024, 768).requires_grad_(False)
        self.project, self.phonemes = conv(768, 192), nn.Embedding(322, 192)
        self.speech, self.text, self.both = Encoder(3), Encoder(6), Encoder(3)
        self.mrte, self.prior = CrossAttention(), conv(192, 384)
        self.style = StyleEncoder()
        self.heard, self.posterior, self.latent = conv(BINS, 192), WaveNet(16), conv(192, 384)
        self.flow = nn.ModuleList([Coupling() for _ in range(4)])
        self.decoder = Decoder()

    def forward(self, codes, phonemes, spectrogram, starts):
        style = self.style(spectrogram)
        vectors = self.codes(codes).transpose(1, 2).repeat_interleave(2, 2)
        text = self.text(self.phonemes(phonemes).transpose(1, 2))
        mean, log = self.prior(self.both(self.mrte(self.speech(self.project(vectors)), text, style))).chunk(2, 1)
        detached = style.detach()
        q_mean, q_log = self.latent(self.posterior(self.heard(spectrogram), detached)).chunk(2, 1)
        z = q_mean + torch.randn_like(q_mean) * torch.exp(q_log)
        flowed = z
        for coupling in self.flow:
            flowed = coupling(flowed, style)
        kl = (log - q_log - 0.5 + 0.5 * (flowed - mean) ** 2 * torch.exp(-2 * log)).mean() * mean.shape[1]
        pieces = torch.stack([z[row, :, start : start + SEGMENT] for row, start in enumerate(starts)])
        return self.decoder(pieces, style), kl


class ScaleDiscriminator(nn.Module):
    def __init__(self):
        super().__init__()
        layers = [(1, 16, 15, 1, 1), (16, 64, 41, 4, 4), (64, 256, 41, 4, 16), (256, 1024, 41, 4, 64)]
        layers += [(1024, 1024, 41, 4, 256), (1024, 1024, 5, 1, 1)]
        self.layers = nn.ModuleList([weight_norm(nn.Conv1d(i, o, k, s, k // 2, groups=g)) for i, o, k, s, g in layers])
        self.post = weight_norm(nn.Conv1d(1024, 1, 3, padding=1))

    def forward(self, x):
        features = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.1)
            features.append(x)
        return self.post(x), features


class PeriodDiscriminator(nn.Module):
    def __init__(self, period):
        super().__init__()
        self.period = period
        layers = [(1, 32, 3), (32, 128, 3), (128, 512, 3), (512, 1024, 3), (1024, 1024, 1)]
        self.layers = nn.ModuleList([weight_norm(nn.Conv2d(i, o, (5, 1), (s, 1), (2, 0))) for i, o, s in layers])
        self.post = weight_norm(nn.Conv2d(1024, 1, (3, 1), padding=(1, 0)))

    def forward(self, x):
        x = F.pad(x, (0, -x.shape[2] % self.period), "reflect").unflatten(2, (-1, self.period))
        features = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.1)
            features.append(x)
        return self.post(x), features


def vits_step():
    model = ConVits()
    judges = nn.ModuleList([ScaleDiscriminator()] + [PeriodDiscriminator(p) for p in (2, 3, 5, 7, 11)])
    options = dict(lr=1e-4, betas=(0.8, 0.99), eps=1e-9)
    generator = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], **options)
    adversary = torch.optim.AdamW(judges.parameters(), **options)
    codes, phonemes = torch.randint(1024, (2, FRAMES // 2)), torch.randint(322, (2, FRAMES // 2))
    spectrogram, starts = torch.randn(2, BINS, FRAMES).abs(), [20, 100]
    recorded, target = 0.1 * torch.randn(2, 1, SEGMENT * HOP), torch.randn(2, 128, SEGMENT)
    filters, window = torch.rand(128, BINS) * 0.01, torch.hann_window(2048)

    def mel(audio):
        padded = F.pad(audio, (704, 704), "reflect").squeeze(1)
        bins = torch.stft(padded, 2048, HOP, 2048, window, center=False, return_complex=True)
        return torch.log(torch.clamp(filters @ torch.sqrt(bins.real**2 + bins.imag**2 + 1e-6), min=1e-5))

    def step():
        made, kl = model(codes, phonemes, spectrogram, starts)
        loss = 0
        for judge in judges:
            real, fake = judge(torch.cat([recorded, made.detach()]))[0].chunk(2)
            loss = loss + ((1 - real) ** 2).mean() + (fake**2).mean()
        adversary.zero_grad(set_to_none=True)
        loss.backward()
        adversary.step()
        loss = 45 * F.l1_loss(mel(made), target) + kl
        for judge in judges:
            with torch.no_grad():
                _, real = judge(recorded)
            score, fake = judge(made)
            loss = loss + ((1 - score) ** 2).mean() + 2 * sum(F.l1_loss(a, b) for a, b in zip(real, fake))
        generator.zero_grad(set_to_none=True)
        loss.backward()
        generator.step()

    return step


def main():
    stage, steps, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.manual_seed(1)
    torch.set_num_threads(threads)
    step = {"gpt": gpt_step, "vits": vits_step}[stage]()
    step()
    seconds = []
    for _ in range(steps):
        begun = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - begun)
    print(json.dumps({"secondsPerStep": min(seconds)}))


main()
