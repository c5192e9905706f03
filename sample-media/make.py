#!/usr/bin/env python3
"""Composes, performs, encodes and tags the sample music in this folder.

What it is for: a music player needs something to play before its owner has
pointed it at a collection.  This program makes a dozen short pieces by rule:
a live album that runs on from piece to piece without a gap, and a studio album
with every piece in another format; and their covers, tags and playlists.

    python3 make.py           make everything again, then check it
    python3 make.py --check   only check the files that are here

The music is a pure function of SEED: the same seed gives the same samples.
Their SHA-256 sums are kept in samples.sha256, and a run says whether it met
them.  Encoded files may differ between versions of the encoders.

What it never does: it reads no music, samples or melodies from anywhere, uses
no network, plays nothing, and writes only in the folder it lies in (and in a
temporary folder, which it removes).

Needs python3-numpy, python3-mutagen, ffmpeg, flac and lame.
Licence of the program and of all it makes: CC0 1.0.
"""

import hashlib
import re
import subprocess
import sys
import tempfile
import unicodedata
import wave
from dataclasses import dataclass, field
from pathlib import Path

import mutagen
import numpy as np
from mutagen import id3
from mutagen.flac import FLAC, Picture
from mutagen.mp4 import MP4, MP4Cover

SEED = 20190
HERE = Path(__file__).resolve().parent
SUMS = HERE / "samples.sha256"
LICENCE = "CC0 1.0"
LICENCE_URL = "https://creativecommons.org/publicdomain/zero/1.0/"
CEILING = 10 ** (-1.0 / 20)  # -1 dBFS


def dice(name):
    """A random stream of its own for each name, frozen across numpy versions."""
    digest = hashlib.sha256(f"{SEED}/{name}".encode()).digest()
    return np.random.RandomState(np.frombuffer(digest, dtype="<u4"))


# ---------------------------------------------------------------- signals


def times(secs, sr):
    return np.arange(int(secs * sr)) / sr


def hertz(midi):
    return 440.0 * 2 ** ((midi - 69) / 12)


def soft_ends(x, sr, attack, release):
    """Raised-cosine ramps on both ends, so that no sound begins or ends in a click."""
    a, r = min(len(x), int(attack * sr)), min(len(x), int(release * sr))
    out = x.copy()
    out[:a] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(a) / max(a, 1))
    out[len(x) - r:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(r) / max(r, 1))
    return out


def band(x, sr, low=None, high=None, order=2):
    """Smooth zero-phase band-pass, done on the spectrum."""
    size = len(x) + sr // 4
    f = np.fft.rfftfreq(size, 1 / sr)
    curve = np.ones_like(f)
    if high:
        curve /= 1 + (f / high) ** (2 * order)
    if low:
        ratio = (f / low) ** (2 * order)
        curve *= ratio / (1 + ratio)
    return np.fft.irfft(np.fft.rfft(x, size) * curve, size)[: len(x)]


def convolve(x, taps):
    size = 1 << (len(x) + len(taps) - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(taps, size), size)[: len(x)]


# ---------------------------------------------------------------- instruments
# Each gives one mono note with a peak near 1.


def pluck(midi, secs, sr, rng, bright=0.5, sustain=2.5):
    """Karplus-Strong: a burst of noise going round a loop one period long.

    Two of the four loop taps tune it between samples, three soften it; whole
    periods are computed at once, for each needs only the one before.
    """
    freq = hertz(midi)
    n, frac = divmod(sr / freq, 1)
    n = int(n)
    soft = 0.27 - 0.24 * bright
    taps = np.convolve([1 - frac, frac], [soft, 1 - 2 * soft, soft])
    taps *= 10 ** (-3 / (freq * sustain))
    burst = band(rng.uniform(-1, 1, n + 2), sr, high=700 + 3600 * bright)
    burst -= np.roll(burst, max(1, n // 5))  # where the string is plucked
    burst -= burst.mean()
    y = np.zeros(n + 2 + int(secs * sr))
    y[: n + 2] = burst / (np.abs(burst).max() + 1e-9)
    at = n + 2
    while at < len(y):
        end = min(at + n - 1, len(y))
        y[at:end] = sum(
            tap * y[at - (n - 1 + k): end - (n - 1 + k)] for k, tap in enumerate(taps)
        )
        at = end
    y = band(y, sr, high=2600 + 5200 * bright)  # the finger is softer than the noise
    return soft_ends(y, sr, 0.003, min(0.25, secs / 2))


def bell(midi, secs, sr, ratio=3.5, index=1.2, decay=0.7):
    """Soft two-operator FM; ratio 3.5 is a bell, 1 or 2 an electric piano."""
    t, f = times(secs, sr), 2 * np.pi * hertz(midi)
    wobble = index * np.exp(-t / (decay * 0.35)) * np.sin(f * ratio * t)
    tone = np.sin(f * t + wobble) + 0.25 * np.sin(f * 2 * t) * np.exp(-t / (decay * 0.4))
    return soft_ends(0.8 * tone * np.exp(-t / decay), sr, 0.004, min(0.3, secs / 2))


def pad(midi, secs, sr, rng, attack=0.7, release=1.4):
    """A slow choir of slightly detuned harmonics."""
    t, f, out = times(secs, sr), 2 * np.pi * hertz(midi), 0
    for harmonic in range(1, 6):
        for detune in (-0.0011, 0.0008):
            phase = rng.uniform(0, 2 * np.pi)
            out = out + np.sin(f * harmonic * (1 + detune) * t + phase) / harmonic ** 1.9
    return soft_ends(out / 2.6, sr, attack, release)


def reed(midi, secs, sr):
    """A held, singing tone with a vibrato that comes late."""
    t, f = times(secs, sr), 2 * np.pi * hertz(midi)
    late = np.clip((t - 0.35) / 0.6, 0, 1)
    phase = f * t + f * 0.0035 / (2 * np.pi * 5.1) * late * np.sin(2 * np.pi * 5.1 * t)
    parts = (1, 0.42, 0.26, 0.1, 0.06)
    tone = sum(a * np.sin((k + 1) * phase + 0.7 * k) for k, a in enumerate(parts))
    return soft_ends(tone / 1.5, sr, min(0.12, secs / 3), min(0.3, secs / 2))


def bass(midi, secs, sr):
    t, f = times(secs, sr), 2 * np.pi * hertz(midi)
    tone = np.sin(f * t) + 0.45 * np.exp(-t / 0.35) * np.sin(2 * f * t)
    tone += 0.2 * np.exp(-t / 0.12) * np.sin(3 * f * t)
    return soft_ends(0.7 * tone * np.exp(-t / 0.9), sr, 0.008, min(0.12, secs / 2))


def drum(sr, low=48, high=105):
    """A soft hand drum: a sine that falls."""
    t = times(0.4, sr)
    phase = 2 * np.pi * (low * t + (high - low) * 0.035 * (1 - np.exp(-t / 0.035)))
    return soft_ends(np.sin(phase) * np.exp(-t / 0.11), sr, 0.003, 0.1)


def brush(secs, sr, rng):
    """One stroke of a brush on a drum head."""
    noise = band(rng.normal(0, 1, int(secs * sr)), sr, low=900, high=3200)
    t = times(secs, sr)[: len(noise)]
    shape = np.exp(-t / (secs * 0.3))
    return soft_ends(0.3 * noise * shape, sr, secs * 0.12, secs * 0.4)


def tick(sr, freq):
    t = times(0.09, sr)
    return soft_ends(np.sin(2 * np.pi * freq * t) * np.exp(-t / 0.013), sr, 0.001, 0.03)


# ---------------------------------------------------------------- the room


class Stage:
    """A stereo stage in a room: sounds are placed on it, then it is mixed."""

    def __init__(self, secs, sr, rng):
        self.sr, self.rng = sr, rng
        self.dry = np.zeros((int(secs * sr), 2))
        self.sent = np.zeros_like(self.dry)

    def play(self, at, sound, gain, pan=0.0, send=0.3):
        """Puts a mono sound at `at` seconds; pan is -1 (left) to 1 (right)."""
        start = max(0, int(at * self.sr))
        sound = sound[: max(0, len(self.dry) - start)]
        angle = (pan + 1) * np.pi / 4
        both = sound[:, None] * gain * np.array([np.cos(angle), np.sin(angle)])
        self.dry[start: start + len(sound)] += both
        self.sent[start: start + len(sound)] += both * send

    def room(self, secs, dark):
        """Sparse noise taps that die away: one side of a room's answer."""
        n = int(secs * self.sr)
        taps = np.zeros(n)
        spots = self.rng.randint(int(0.013 * self.sr), n, int(secs * 1400))
        taps[spots] = self.rng.choice([-1.0, 1.0], len(spots))
        taps *= 10 ** (-3 * np.arange(n) / n)
        taps = band(taps, self.sr, low=120, high=dark)
        return taps / np.sqrt((taps ** 2).sum())

    def mix(self, secs=1.7, dark=3200, wet=0.9):
        sides = [convolve(self.sent[:, c], self.room(secs, dark)) for c in (0, 1)]
        middle, width = (sides[0] + sides[1]) / 2, (sides[0] - sides[1]) / 2
        answer = np.stack([middle + 0.6 * width, middle - 0.6 * width], axis=1)
        both = self.dry + wet * answer
        return np.stack([band(both[:, c], self.sr, low=28) for c in (0, 1)], axis=1)


# ---------------------------------------------------------------- rules of composition

MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 10)
DORIAN = (0, 2, 3, 5, 7, 9, 10)
HIJAZ = (0, 1, 4, 5, 7, 8, 10)


@dataclass
class Key:
    tonic: int
    scale: tuple

    def midi(self, degree):
        octave, step = divmod(degree, len(self.scale))
        return self.tonic + 12 * octave + self.scale[step]


@dataclass
class Bar:
    at: float
    beats: int
    root: int


def bars(at, beat, beats, roots):
    """Bars of equal length, one chord root (a degree of the scale) each."""
    return [Bar(at + i * beats * beat, beats, root) for i, root in enumerate(roots)]


def voicing(key, root, centre, size=4):
    """The chord's thirds, each in the octave nearest to a centre: calm voice leading."""
    notes = [key.midi(root + 2 * k) for k in range(size)]
    return sorted(n - 12 * round((n - centre) / 12) for n in notes)


def settle(degree, root):
    """The chord note nearest to a degree, lower one first."""
    chord = {(root + k) % 7 for k in (0, 2, 4)}
    return min((d for d in range(degree - 3, degree + 4) if d % 7 in chord),
               key=lambda d: (abs(d - degree), d))


def contour(rng, size):
    """Steps of a figure: it mostly keeps its direction, and a leap is answered by a step back."""
    steps, way = [], rng.choice([-1, 1])
    for _ in range(size):
        leap = rng.uniform() < 0.3
        steps.append(int(way) * (2 if leap else 1))
        if leap or rng.uniform() < 0.3:
            way = -way
    return steps


def tune(rng, phrase, cells, low, high):
    """A melody: (start in beats from the bar, length, degree), bar by bar.

    Two figures (a rhythm and the steps it takes) are made once and then
    repeated over the chords as A A B A.  Bars begin on a chord note, long
    notes come to rest on one, and steps turn back at the edges of the range.
    """
    figures = []
    for cell in (cells[0], cells[1 % len(cells)]):
        figures.append((cell, contour(rng, len(cell))))
    here = settle((low + high) // 2, phrase[0].root)
    for i, bar in enumerate(phrase):
        cell, steps = figures[1 if i % 4 == 2 else 0]
        at, line = 0.0, []
        for k, (length, step) in enumerate(zip(cell, steps)):
            if k:
                here += step if low <= here + step <= high else -step
            if k == 0 or length >= 1.5:
                here = settle(here, bar.root)
            line.append((at, length, here))
            at += length
        yield bar, line


@dataclass
class Band:
    """Players who read the same bars."""

    stage: Stage
    key: Key
    beat: float
    rng: np.random.RandomState

    def hit(self, at, sound, gain, pan=0.0, send=0.3):
        """Plays like a hand: a little early or late, a little loud or soft."""
        late = abs(self.rng.normal(0, 0.006))
        self.stage.play(at + late, sound, gain * self.rng.uniform(0.85, 1.1), pan, send)

    def pads(self, phrase, gain, centre=57, size=4):
        for bar in phrase:
            secs = bar.beats * self.beat + 1.5
            for k, note in enumerate(voicing(self.key, bar.root, centre, size)):
                sound = pad(note, secs, self.stage.sr, self.rng)
                self.stage.play(bar.at - 0.3, sound, gain, (-0.5, 0.5, -0.2, 0.2)[k], 0.25)

    def arpeggio(self, phrase, pattern, per_beat, gain, centre=64, bright=0.45, pan=-0.25):
        for bar in phrase:
            chord = voicing(self.key, bar.root, centre)
            for k in range(bar.beats * per_beat):
                note = chord[pattern[k % len(pattern)]]
                accent = 1.0 if k % per_beat == 0 else 0.75
                sound = pluck(note, 1.9, self.stage.sr, self.rng, bright)
                self.hit(bar.at + k * self.beat / per_beat, sound, gain * accent, pan)

    def melody(self, phrase, cells, voice, gain, low=7, high=14, pan=0.25, send=0.45):
        for bar, line in tune(self.rng, phrase, cells, low, high):
            for at, length, degree in line:
                sound = voice(self.key.midi(degree), length * self.beat)
                self.hit(bar.at + at * self.beat, sound, gain, pan, send)

    def low(self, phrase, rhythm, gain):
        """Bass: root first, then fifth and octave in turn."""
        for bar in phrase:
            for k, (at, length) in enumerate(rhythm):
                degree = bar.root + (0, 4, 0)[k % 3]
                note = self.key.midi(degree)
                note -= 12 * round((note - 41) / 12)
                sound = bass(note, length * self.beat, self.stage.sr)
                self.hit(bar.at + at * self.beat, sound, gain, 0, 0.08)

    def brushes(self, phrase, gain, swing=0.5):
        sr = self.stage.sr
        for bar in phrase:
            for k in range(bar.beats):
                at = bar.at + k * self.beat
                strong = 1.0 if k % 2 else 0.55
                self.hit(at, brush(0.30, sr, self.rng), gain * strong, 0.15, 0.2)
                self.hit(at + swing * self.beat, brush(0.14, sr, self.rng), gain * 0.45, -0.1, 0.2)

    def drums(self, phrase, spots, gain):
        for bar in phrase:
            for spot in spots:
                self.hit(bar.at + spot * self.beat, drum(self.stage.sr), gain, 0, 0.12)

    def plucked(self, bright=0.6, ring=1.2):
        return lambda midi, secs: pluck(midi, secs + ring, self.stage.sr, self.rng, bright)

    def belled(self, ratio=3.5, index=1.2, decay=0.7, ring=1.2):
        return lambda midi, secs: bell(midi, secs + ring, self.stage.sr, ratio, index, decay)

    def sung(self):
        return lambda midi, secs: reed(midi, secs * 0.97, self.stage.sr)


# ---------------------------------------------------------------- the live album


def murmur(rng, n, sr):
    """People talking low: dark noise in syllables."""
    out = 0
    for _ in range(3):
        voice = band(rng.normal(0, 1, n), sr, low=170, high=420, order=3)
        out = out + voice * np.abs(band(rng.normal(0, 1, n), sr, low=0.4, high=4))
    return out / np.abs(out).max()


def applause(rng, n, sr, per_second=55):
    """Many far hands: a dozen kinds of clap, strewn at random."""
    out = np.zeros(n)
    for _ in range(12):
        hand = band(rng.normal(0, 1, int(0.03 * sr)), sr, low=500, high=rng.uniform(1000, 1700))
        hand *= np.exp(-times(0.03, sr)[: len(hand)] / 0.006)
        train = np.zeros(n)
        spots = rng.randint(0, n, int(n / sr * per_second / 12))
        train[spots] = rng.uniform(0.3, 1, len(spots))
        out += convolve(train, hand)
    out = band(out, sr, high=2000)
    return out / np.abs(out).max()


def swells(n, sr, events):
    """A level over time from (centre, half width, level) humps."""
    t, out = np.arange(n) / sr, np.zeros(n)
    for centre, width, level in events:
        out = np.maximum(out, level * np.exp(-(((t - centre) / width) ** 2)))
    return out


def audience(stage, seams, end):
    n, sr = len(stage.dry), stage.sr
    talk = [(0.5, 2.2, 1.0), (end + 1, 2.5, 1.0)] + [(s, 1.3, 0.45) for s in seams]
    clap = [(1.2, 1.1, 0.8), (end - 0.5, 2.4, 1.0)]
    clap += [(s + 0.2, 0.9, level) for s, level in zip(seams, (0.3, 0.5, 0.35, 0.5, 0.3))]
    for pan in (-0.4, 0.4):
        stage.play(0, murmur(stage.rng, n, sr) * swells(n, sr, talk), 0.075, pan, 0.5)
        stage.play(0, applause(stage.rng, n, sr) * swells(n, sr, clap), 0.26, pan, 0.7)


def live_album():
    """The whole evening in one go: (samples as 16 bit, sample positions of the cuts)."""
    sr, beat, rng = 44100, 60 / 92, dice("live")
    parts, at = [], 1.4
    for beats, roots in (
        (4, [0, 3, 0, 4]), (4, [0, 2, 3, 4]), (4, [5, 3, 0, 4]),
        (4, [3, 1, 4]), (3, [5, 1, 4, 0, 3, 4]), (4, [3, 4, 0]),
    ):
        parts.append(bars(at, beat, beats, roots))
        at += beats * beat * len(roots)
    end = at + 3.2
    stage = Stage(end, sr, rng)
    players = Band(stage, Key(50, MAJOR), beat, rng)
    for part, scene in zip(parts, (arrive, lantern, bridge, waves, waltz, ferry)):
        players.pads(part, 0.055)
        scene(players, part)
    seams = [part[0].at for part in parts[1:]]
    for seam, note in zip(seams, (69, 57, 69, 57, 69)):  # a fifth held over every cut
        stage.play(seam - 1.3, reed(note, 2.9, sr), 0.11, 0.1, 0.5)
    audience(stage, seams, end - 2.4)
    sound = fade(master(stage.mix(wet=0.8), sr, -15.2), sr, 0.6, 2.6)
    samples = quantise(sound, 16)
    return samples, [hard_spot(samples, int((s - 0.11) * sr)) for s in seams]


def arrive(b, part):
    b.arpeggio(part[1:], (0, 2, 1, 3), 1, 0.30)
    b.melody(part[2:], [(2, 2)], b.belled(), 0.10, 11, 16)
    b.low(part[2:], [(0, 3.8)], 0.26)


def lantern(b, part):
    b.arpeggio(part, (0, 2, 1, 3, 2, 1, 3, 2), 2, 0.27)
    b.low(part, [(0, 2), (2.5, 1.4)], 0.25)
    b.melody(part, [(1.5, 0.5, 1, 1), (1, 1, 2)], b.plucked(0.7), 0.32, 7, 13)


def bridge(b, part):
    b.arpeggio(part, (0, 1, 2, 3, 2, 3, 1, 2), 2, 0.22)
    b.low(part, [(0, 1.5), (1.5, 0.5), (2, 2)], 0.26)
    b.brushes(part, 0.40, 0.62)
    b.drums(part, (0, 2.5), 0.34)
    b.melody(part, [(1, 0.5, 0.5, 2), (0.5, 0.5, 1, 2)], b.belled(2.0, 1.4, 0.9), 0.13, 9, 16)


def waves(b, part):
    b.arpeggio(part, (3, 1, 2, 0), 1, 0.20, 71, 0.6, 0.35)
    b.melody(part, [(1.5, 0.5, 2), (2, 2)], b.plucked(0.75, 1.8), 0.36, 5, 11, -0.2)
    b.low(part, [(0, 3.9)], 0.22)


def waltz(b, part):
    b.low(part, [(0, 1.8)], 0.32)
    b.drums(part, (0,), 0.32)
    b.brushes(part, 0.34)
    b.arpeggio(part, (0, 2, 3, 1, 3, 2), 2, 0.22)
    b.melody(part, [(1, 1, 1), (1.5, 0.5, 1)], b.belled(1.0, 1.1, 0.8), 0.16, 7, 14)


def ferry(b, part):
    b.arpeggio(part[:2], (0, 2, 1, 3, 2, 1, 3, 2), 2, 0.24)
    b.low(part, [(0, 3.8)], 0.28)
    b.melody(part[:2], [(1.5, 0.5, 2)], b.sung(), 0.12, 7, 12)
    last = part[2].at
    for k, note in enumerate((50, 57, 62, 66, 69, 73, 76)):  # the last chord, strummed
        sound = pluck(note, 5.0, b.stage.sr, b.rng, 0.6, 7.0)
        b.hit(last + 0.045 * k, sound, 0.26, -0.3 + 0.1 * k, 0.45)
    for k, note in enumerate((81, 78, 74, 86)):
        b.hit(last + b.beat * (1 + k / 2), bell(note, 2.5, b.stage.sr), 0.07, 0.3, 0.6)


def hard_spot(samples, near):
    """An odd position near the wished one where the wave stands far from zero."""
    spots = range((near - 600) | 1, near + 600, 2)
    return max(spots, key=lambda spot: np.abs(samples[spot].astype(int)).min())


# ---------------------------------------------------------------- the studio album


def studio(name, secs, sr, channels, key, beat, play):
    """One piece for the shelf: played, mastered and faded to silence at both ends."""
    rng = dice(name)
    stage = Stage(secs, sr, rng)
    play(Band(stage, key, beat, rng))
    sound = stage.mix()
    if channels == 1:
        sound = sound.mean(axis=1, keepdims=True)
    return fade(master(sound, sr, -14.8), sr, 0.03, 1.6)


def little_bridge(b):
    """A thumb piano and a few bells."""
    part = bars(0.25, b.beat, 4, [0, 5, 3, 4, 0])
    b.pads(part[:4], 0.05, 55, 3)
    b.arpeggio(part[:4], (0, 2, 3, 1, 2, 3, 1, 2), 2, 0.26, 67, 0.2)
    b.melody(part[:4], [(1, 1, 2), (1.5, 0.5, 2)], b.belled(2.0, 0.8, 0.8), 0.15, 7, 13)
    b.low(part, [(0, 3.5)], 0.2)
    for k, note in enumerate(voicing(b.key, 0, 67)):
        b.hit(part[4].at + 0.06 * k, pluck(note, 3, b.stage.sr, b.rng, 0.3), 0.26)


def night_tram(b):
    """Brushes, a walking bass and an electric piano."""
    part = bars(0.2, b.beat, 4, [0, 3, 2, 4, 0, 3, 4, 0])
    b.low(part[:7], [(0, 1), (1, 1), (2, 1), (3, 0.9)], 0.22)
    b.low(part[7:], [(0, 3.5)], 0.22)
    b.brushes(part[:7], 0.8, 0.66)
    b.drums(part[:7], (0, 2.66), 0.34)
    for bar in part:
        for k, note in enumerate(voicing(b.key, bar.root, 60)):
            for at in (0, 1.66):
                b.hit(bar.at + at * b.beat, bell(note, 1.6, b.stage.sr, 1.0, 0.9, 0.8),
                      0.10, -0.35 + 0.2 * k)
    b.melody(part[1:7], [(0.66, 0.34, 1, 2), (1, 0.66, 0.34, 2)],
             b.belled(1.0, 1.6, 0.8, 0.7), 0.18, 9, 16)


def clock_island(b):
    """A musical box among clocks, in six."""
    part = bars(0.3, b.beat, 6, [0, 3, 6, 2, 0, 3, 4, 0])
    for bar in part[:7]:
        for k in range(6):
            freq = 1250 if k % 3 == 0 else 930
            b.hit(bar.at + k * b.beat, tick(b.stage.sr, freq), 0.16, 0.6 if k % 2 else -0.6, 0.4)
    b.pads(part, 0.035, 57, 3)
    b.low(part, [(0, 2.9), (3, 2.9)], 0.24)
    b.arpeggio(part[:7], (0, 2, 3, 1, 3, 2), 1, 0.24, 69, 0.7, -0.3)
    b.melody(part, [(2, 1, 1.5, 1.5), (1, 1, 1, 3)], b.belled(3.5, 0.9, 0.6), 0.15, 12, 19)


def blue_lamp(b):
    """An oud over a drone, with a hand drum."""
    part = bars(0.3, b.beat, 4, [0, 1, 0, 6, 0, 3, 1, 0])
    for note, pan in ((38, 0), (50, -0.4), (57, 0.4)):
        sound = pad(note, 8 * 4 * b.beat + 1.2, b.stage.sr, b.rng, 1.0, 2.5)
        b.stage.play(0.1, sound, 0.10, pan, 0.3)
    b.drums(part[1:7], (0, 1.5, 2, 3), 0.26)
    for bar in part[1:7]:
        for spot in (0.5, 1, 2.5, 3.5):
            b.hit(bar.at + spot * b.beat, tick(b.stage.sr, 420), 0.12, 0.3, 0.4)
    b.melody(part, [(0.5, 0.5, 0.5, 0.5, 1, 1), (1, 0.5, 0.5, 2)], b.plucked(0.65), 0.42, 5, 12, -0.1)
    b.melody(part[4:7], [(2, 2)], b.belled(2.0, 0.8, 1.0), 0.09, 12, 17)


def fog_signal(b):
    """Slow chords, a reed far out, and the sea."""
    part = bars(0.6, b.beat, 4, [0, 4, 5, 3, 2, 0])
    n, sr = len(b.stage.dry), b.stage.sr
    for pan, shift in ((-0.7, 0.0), (0.7, 1.1)):
        sea = band(b.rng.normal(0, 1, n), sr, low=200, high=700)
        tide = 0.55 + 0.45 * np.sin(2 * np.pi * np.arange(n) / sr / 5.5 + shift)
        b.stage.play(0, soft_ends(sea * tide, sr, 2, 2), 0.07, pan, 0.3)
    b.pads(part, 0.10)
    b.low(part, [(0, 3.9)], 0.26)
    b.arpeggio(part[1:], (0, 2, 3, 1), 1, 0.24, 67, 0.5)
    b.melody(part, [(2, 1, 1), (1.5, 0.5, 2)], b.sung(), 0.16, 6, 12)


def moose_song(b):
    """A lullaby in three."""
    part = bars(0.2, b.beat, 3, [0, 3, 4, 5, 3, 4, 0])
    b.low(part, [(0, 2.7)], 0.26)
    b.arpeggio(part[:6], (0, 2, 3), 1, 0.28, 62, 0.4)
    b.melody(part[:6], [(2, 1), (1, 1, 1)], b.belled(2.0, 0.9, 0.7), 0.17, 7, 13)
    for k, note in enumerate(voicing(b.key, 0, 62)):
        b.hit(part[6].at + 0.07 * k, pluck(note, 2.5, b.stage.sr, b.rng, 0.4), 0.26)


# ---------------------------------------------------------------- mastering


def k_weight(f):
    """Power response of the two filters of ITU-R BS.1770 at frequencies f."""
    z = np.exp(-2j * np.pi * f / 48000)
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z * z) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z * z)
    rumble = (1 - 2 * z + z * z) / (1 - 1.99004745483398 * z + 0.99007225036621 * z * z)
    return np.abs(shelf * rumble)


def loudness(x, sr):
    """Gated loudness in LUFS, used to level the pieces (mono counts on two speakers)."""
    f = np.fft.rfftfreq(len(x), 1 / sr)
    heard = np.stack([np.fft.irfft(np.fft.rfft(x[:, c]) * k_weight(f), len(x))
                      for c in range(x.shape[1])], axis=1)
    heard *= np.sqrt(2 / x.shape[1])
    total = np.concatenate([[0], np.cumsum((heard ** 2).sum(axis=1))])
    block, hop = int(0.4 * sr), int(0.1 * sr)
    starts = np.arange(0, len(x) - block, hop)
    power = (total[starts + block] - total[starts]) / block + 1e-12
    power = power[power > 10 ** (-69.3 / 10)]
    power = power[power > power.mean() / 10]
    return -0.691 + 10 * np.log10(power.mean())


def limit(x, sr):
    """Turns loud moments down slowly and early enough, so that no peak passes CEILING."""
    reach = int(0.005 * sr)
    need = np.maximum(1, np.abs(x).max(axis=1) / (CEILING * 0.9999))
    padded = np.pad(need, 2 * reach, mode="edge")
    peak = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1)
    sums = np.concatenate([[0], np.cumsum(peak)])
    smooth = (sums[2 * reach + 1:] - sums[: -2 * reach - 1]) / (2 * reach + 1)
    return x / smooth[:, None]


def master(x, sr, lufs):
    """Brings a mix to a loudness, then takes the peaks down to the ceiling."""
    for _ in range(3):
        x = limit(x * 10 ** ((lufs - loudness(x, sr)) / 20), sr)
    return x


def fade(x, sr, start, stop):
    return np.stack([soft_ends(x[:, c], sr, start, stop) for c in range(x.shape[1])], axis=1)


def quantise(x, bits):
    return np.rint(x * (2 ** (bits - 1) - 1)).astype("<i4" if bits > 16 else "<i2")


# ---------------------------------------------------------------- the catalogue


@dataclass
class Piece:
    number: int
    title: str
    kind: str
    artists: list = field(default_factory=list)
    title_sort: str = ""
    rate: int = 44100
    bits: int = 16
    channels: int = 2
    samples: np.ndarray = None

    def name(self):
        return unicodedata.normalize("NFC", f"{self.number:02} {self.title}.{self.kind}")


@dataclass
class Album:
    artist: str
    artist_sort: str
    title: str
    title_sort: str
    date: str
    genres: list
    pieces: list

    def folder(self):
        return HERE / self.artist / f"{self.date[:4]} - {self.title}"

    def path(self, piece):
        return self.folder() / piece.name()


COMPOSER = "A Small Program"
KETTLES, LIGHTHOUSE = "Snowbound Kettle Assembly", "紙の灯台クラブ"

LIVE = Album(
    KETTLES, KETTLES, "Live at the Boathouse", "Live at the Boathouse",
    "2019-11-23", ["Chamber Folk", "Live"], [
        Piece(1, "Doors, Coats, Kettle", "flac"),
        Piece(2, "Ærø by Lantern", "flac"),
        Piece(3, "Мост через туман", "flac", title_sort="Most cherez tuman"),
        Piece(4, "しずかな波", "flac", title_sort="Shizuka na nami"),
        Piece(5, "Weathervane Waltz", "flac", [KETTLES, "Grupo Ñandú de Lata"]),
        Piece(6, "לילה טוב, מעבורת", "flac", title_sort="Laila tov, ma'boret"),
    ])

STUDIO = Album(
    LIGHTHOUSE, "Kami no Todai Kurabu", "雨の日の地図", "Ame no hi no chizu",
    "2023-06-11", ["Downtempo"], [
        Piece(1, "Kleine Brücke, großer Fluß", "flac", rate=48000, bits=24, channels=1),
        Piece(2, "Ночной трамвай", "mp3", [LIGHTHOUSE, "Хор деревянных рыб"], "Nochnoi tramvai"),
        Piece(3, "Το νησί των ρολογιών", "ogg", [LIGHTHOUSE, "Ορχήστρα του Αλατιού"],
              "To nisi ton rologion"),
        Piece(4, "مصباح أزرق صغير", "opus", [LIGHTHOUSE, "Łosoś & Søvn"],
              "Misbah azraq saghir", rate=48000),
        Piece(5, "Señal de niebla", "m4a"),
        Piece(6, "Piosenka o łosiu", "wav", rate=22050, channels=1),
    ])

SCORES = [  # seconds, key, beat and score of each piece of the studio album
    (13.5, Key(55, MAJOR), 60 / 96, little_bridge),
    (20.0, Key(52, DORIAN), 60 / 108, night_tram),
    (19.5, Key(57, DORIAN), 60 / 160, clock_island),
    (23.5, Key(50, HIJAZ), 60 / 92, blue_lamp),
    (22.5, Key(53, MAJOR), 60 / 72, fog_signal),
    (14.0, Key(58, MAJOR), 60 / 104, moose_song),
]


def perform():
    """Fills in the samples of every piece; gives the uncut evening."""
    whole, cuts = live_album()
    for piece, samples in zip(LIVE.pieces, np.split(whole, cuts)):
        piece.samples = samples
    for piece, (secs, key, beat, score) in zip(STUDIO.pieces, SCORES):
        name = f"studio {piece.number}"
        sound = studio(name, secs, piece.rate, piece.channels, key, beat, score)
        piece.samples = quantise(sound, piece.bits)
    return whole


# ---------------------------------------------------------------- encoding


def run(*words, **more):
    done = subprocess.run([str(w) for w in words], capture_output=True, **more)
    if done.returncode:
        raise SystemExit(f"{words[0]} failed:\n{done.stderr.decode(errors='replace')}")
    return done.stdout


def pcm(piece):
    """The samples as the bytes of a WAV file."""
    if piece.bits == 24:
        return piece.samples.astype("<i4").reshape(-1, 1).view("u1")[:, :3].tobytes()
    return piece.samples.astype("<i2").tobytes()


def write_wav(path, piece):
    with wave.open(str(path), "wb") as out:
        out.setnchannels(piece.channels)
        out.setsampwidth(piece.bits // 8)
        out.setframerate(piece.rate)
        out.writeframes(pcm(piece))


def encode(album, piece, temp):
    source, target = temp / "piece.wav", album.path(piece)
    write_wav(source, piece)
    target.parent.mkdir(parents=True, exist_ok=True)
    ffmpeg = ("ffmpeg", "-v", "error", "-y", "-i", source, "-map_metadata", "-1", "-bitexact")
    if piece.kind == "flac":
        run("flac", "--silent", "-f", "-8", "-e", "-p", "--padding=1024", "-o", target, source)
    elif piece.kind == "mp3":
        run("lame", "--quiet", "-V", "5", source, target)
    elif piece.kind == "ogg":
        run(*ffmpeg, "-c:a", "libvorbis", "-q:a", "3", target)
    elif piece.kind == "opus":
        run(*ffmpeg, "-c:a", "libopus", "-b:a", "72k", target)
    elif piece.kind == "m4a":
        run(*ffmpeg, "-c:a", "aac", "-b:a", "104k", "-movflags", "+faststart", target)
    else:
        info = {"title": piece.title, "artist": "; ".join(artists(album, piece)),
                "album": album.title, "date": album.date[:4], "genre": album.genres[0],
                "track": str(piece.number), "comment": LICENCE, "copyright": LICENCE}
        words = [w for k, v in info.items() for w in ("-metadata", f"{k}={v}")]
        run(*ffmpeg, "-c:a", "copy", *words, target)


# ---------------------------------------------------------------- loudness for the tags


def decoded(path, channels):
    """Any file as stereo floats at 48 kHz, as a player gives it: mono goes to both sides."""
    raw = run("ffmpeg", "-v", "error", "-i", path, "-f", "f32le", "-ar", 48000, "-")
    return np.repeat(np.frombuffer(raw, "<f4"), 2 // channels)


def measured(sound):
    """Loudness (LUFS, by ffmpeg's ebur128) and sample peak of decoded stereo at 48 kHz."""
    text = run("ffmpeg", "-v", "error", "-f", "f32le", "-ar", "48000", "-ac", "2", "-i", "-", "-af",
               "ebur128=metadata=1,ametadata=mode=print:key=lavfi.r128.I:file=-", "-f", "null", "-",
               input=sound.tobytes()).decode()
    return float(re.findall(r"lavfi\.r128\.I=(\S+)", text)[-1]), float(np.abs(sound).max())


def gains(album):
    """Loudness and peak of every piece, and of the album in one go."""
    sounds = [decoded(album.path(piece), piece.channels) for piece in album.pieces]
    return [measured(sound) for sound in sounds], measured(np.concatenate(sounds))


def replaygain(piece, track, whole):
    """The loudness tags: ReplayGain 2 (to -18 LUFS), or R128 for Opus (to -23, in 1/256 dB)."""
    if piece.kind == "opus":
        return {"R128_TRACK_GAIN": str(round((-23 - track[0]) * 256)),
                "R128_ALBUM_GAIN": str(round((-23 - whole[0]) * 256))}
    return {"REPLAYGAIN_TRACK_GAIN": f"{-18 - track[0]:.2f} dB",
            "REPLAYGAIN_TRACK_PEAK": f"{track[1]:.6f}",
            "REPLAYGAIN_ALBUM_GAIN": f"{-18 - whole[0]:.2f} dB",
            "REPLAYGAIN_ALBUM_PEAK": f"{whole[1]:.6f}",
            "REPLAYGAIN_REFERENCE_LOUDNESS": "-18.00 LUFS"}


# ---------------------------------------------------------------- tags


def artists(album, piece):
    return piece.artists or [album.artist]


def words(album, piece):
    """The tags by their Vorbis names, each a list of values."""
    tags = {
        "TITLE": [piece.title], "ARTIST": artists(album, piece), "ALBUM": [album.title],
        "ALBUMARTIST": [album.artist], "TRACKNUMBER": [str(piece.number)],
        "TRACKTOTAL": [str(len(album.pieces))], "DISCNUMBER": ["1"], "DISCTOTAL": ["1"],
        "DATE": [album.date], "GENRE": album.genres, "COMPOSER": [COMPOSER],
        "COMMENT": [LICENCE], "LICENSE": [LICENCE_URL],
    }
    if piece.title_sort:
        tags["TITLESORT"] = [piece.title_sort]
    if album.artist_sort != album.artist:
        tags["ALBUMARTISTSORT"] = [album.artist_sort]
        tags["ALBUMSORT"] = [album.title_sort]
        if not piece.artists:
            tags["ARTISTSORT"] = [album.artist_sort]
    return tags


ID3_FRAMES = {"TITLE": "TIT2", "ARTIST": "TPE1", "ALBUM": "TALB", "ALBUMARTIST": "TPE2",
              "DATE": "TDRC", "GENRE": "TCON", "COMPOSER": "TCOM", "TITLESORT": "TSOT",
              "ALBUMARTISTSORT": "TSO2", "ARTISTSORT": "TSOP", "ALBUMSORT": "TSOA"}
MP4_ATOMS = {"TITLE": "\xa9nam", "ARTIST": "\xa9ART", "ALBUM": "\xa9alb", "ALBUMARTIST": "aART",
             "DATE": "\xa9day", "GENRE": "\xa9gen", "COMPOSER": "\xa9wrt", "COMMENT": "\xa9cmt",
             "TITLESORT": "sonm", "ALBUMARTISTSORT": "soaa", "ARTISTSORT": "soar", "ALBUMSORT": "soal"}


def tag_id3(file, tags, gain, cover):
    if file.tags is None:
        file.add_tags()
    for name, frame in ID3_FRAMES.items():
        if name in tags:
            file.tags.add(getattr(id3, frame)(encoding=3, text=tags[name]))
    file.tags.add(id3.TRCK(encoding=3, text=f"{tags['TRACKNUMBER'][0]}/{tags['TRACKTOTAL'][0]}"))
    file.tags.add(id3.TPOS(encoding=3, text="1/1"))
    file.tags.add(id3.COMM(encoding=3, lang="eng", desc="", text=LICENCE))
    file.tags.add(id3.WCOP(url=LICENCE_URL))
    for name, value in gain.items():
        file.tags.add(id3.TXXX(encoding=3, desc=name, text=value))
    if cover:
        file.tags.add(id3.APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=cover))
    file.save(v2_version=4)


def tag_mp4(file, tags, gain, cover):
    for name, atom in MP4_ATOMS.items():
        if name in tags:
            file[atom] = tags[name]
    file["trkn"] = [(int(tags["TRACKNUMBER"][0]), int(tags["TRACKTOTAL"][0]))]
    file["disk"], file["cprt"] = [(1, 1)], [f"{LICENCE}, {LICENCE_URL}"]
    for name, value in gain.items():
        file[f"----:com.apple.iTunes:{name.lower()}"] = value.encode()
    file["covr"] = [MP4Cover(cover, MP4Cover.FORMAT_JPEG)]
    file.save()


def tag_vorbis(file, tags, gain, cover):
    file.delete()
    for name, values in {**tags, **{k: [v] for k, v in gain.items()}}.items():
        file[name] = values
    if cover and isinstance(file, FLAC):
        picture = Picture()
        picture.data, picture.type, picture.mime = cover, 3, "image/jpeg"
        picture.width = picture.height = 200
        picture.depth = 24
        file.add_picture(picture)
    file.save()


def tag(album, cover):
    """Measures an album and writes the tags of its files."""
    tracks, whole = gains(album)
    for piece, track in zip(album.pieces, tracks):
        file = mutagen.File(album.path(piece))
        gain = replaygain(piece, track, whole)
        way = {"mp3": tag_id3, "wav": tag_id3, "m4a": tag_mp4}.get(piece.kind, tag_vorbis)
        picture = cover if piece.kind in ("flac", "mp3", "m4a") else None
        way(file, words(album, piece), gain, picture)


# ---------------------------------------------------------------- covers


def grid(size=1000):
    line = (np.arange(size) + 0.5) / size
    return np.meshgrid(line, line)


def blend(image, mask, colour):
    return image + mask[..., None] * (np.array(colour, float) - image)


def edge(distance, blur=0.0015):
    """1 inside (distance below 0), 0 outside, soft between."""
    return 1 / (1 + np.exp(np.clip(distance / blur, -50, 50)))


def boathouse_cover():
    """A lit boathouse under a moon, and its likeness in the water."""
    rng = dice("cover live")
    x, y = grid()
    shore = 0.64
    sky = np.clip(y / shore, 0, 1)[..., None]
    image = np.array([24, 28, 66]) * (1 - sky) + np.array([236, 164, 140]) * sky ** 1.6
    moon = np.hypot(x - 0.69, y - 0.22)
    image = blend(image, 0.5 * np.exp(-(moon / 0.16) ** 2), (255, 226, 190))
    image = blend(image, edge(moon - 0.075, 0.002), (255, 246, 226))
    for layer in range(4):
        ridge = 0.40 + 0.065 * layer
        for wave_no in range(1, 7):
            ridge = ridge + 0.055 / wave_no * np.sin(
                x * 2 * np.pi * wave_no * 0.7 + rng.uniform(0, 6.3)) * (1 - layer * 0.18)
        dark = layer / 3
        colour = np.array([150, 118, 150]) * (1 - dark) + np.array([22, 26, 50]) * dark
        image = blend(image, edge(ridge - y), colour)
    wall = np.maximum(np.abs(x - 0.3) - 0.075, 0.575 - y)
    roof = np.maximum(np.abs(x - 0.3) - (y - 0.515) * 1.6, np.abs(y - 0.546) - 0.031)
    image = blend(image, edge(np.minimum(wall, roof)), (58, 22, 30))
    pane = np.maximum(np.abs(x - 0.3) - 0.02, np.abs(y - 0.607) - 0.018)
    image = blend(image, 0.35 * np.exp(-((x - 0.3) ** 2 + (y - 0.607) ** 2) / 0.004), (255, 190, 90))
    image = blend(image, edge(pane), (255, 214, 120))
    for _ in range(130):  # snow
        cx, cy, r = rng.uniform(0, 1), rng.uniform(0, 0.63), rng.uniform(0.0012, 0.0035)
        rows, cols = slice(max(0, int(cy * 1000) - 8), int(cy * 1000) + 9), slice(
            max(0, int(cx * 1000) - 8), int(cx * 1000) + 9)
        spot = edge(np.hypot(x[rows, cols] - cx, y[rows, cols] - cy) - r, 0.0006)
        image[rows, cols] = blend(image[rows, cols], 0.7 * spot, (245, 245, 255))
    return mirrored(image, x, y, shore)


def mirrored(image, x, y, shore):
    """Everything below the shore shows what is above it, rippled and darker."""
    depth = np.clip(y - shore, 0, 1)
    ripple = 0.25 * depth * np.sin(2 * np.pi * 20 * np.sqrt(depth + 0.002))
    rows = np.clip(((shore - depth * 1.45 + 0.06 * ripple) * 1000).astype(int), 0, 999)
    cols = np.clip(((x + 0.5 * ripple * 0.12) * 1000).astype(int), 0, 999)
    water = image[rows, cols] * 0.72 + np.array([10, 16, 34])
    return np.where((y > shore)[..., None], water, image)


def map_cover():
    """A folded map of an island in the rain, with a lighthouse's beam."""
    rng = dice("cover studio")
    x, y = grid()
    height = 1.1 - 2.6 * np.hypot((x - 0.52) * 0.95, y - 0.54)
    for _ in range(16):
        kx, ky = rng.normal(0, 9, 2)
        height += 0.9 / (4 + np.hypot(kx, ky)) * np.sin(kx * x + ky * y + rng.uniform(0, 6.3))
    level = np.clip(np.floor(height * 9) / 9, -1, 1)
    low, high = np.array([38, 110, 124]), np.array([250, 238, 208])
    sea, land = np.clip(level + 1, 0, 1)[..., None], np.clip(level, 0, 1)[..., None]
    image = low * (1 - sea) * 1.1 + np.array([128, 190, 186]) * sea
    ground = high * (1 - land) + np.array([222, 128, 96]) * land
    image = np.where((height > 0)[..., None], ground, image)
    slope = np.hypot(*np.gradient(height)) * 1000 + 1e-6
    for step, width, colour in ((1 / 9, 0.0011, (96, 70, 74)), (100, 0.003, (52, 44, 62))):
        away = np.abs(height - step * np.round(height / step)) / slope
        image = blend(image, 0.65 * edge(away - width, 0.0006), colour)
    angle = np.arctan2(y - 0.36, x - 0.6)
    beam = np.exp(-((angle + 0.55) / 0.13) ** 2) * np.exp(-np.hypot(x - 0.6, y - 0.36) * 1.5)
    image = blend(image, 0.8 * beam, (255, 250, 220))
    image = blend(image, edge(np.hypot(x - 0.6, y - 0.36) - 0.022), (204, 62, 52))
    image = blend(image, edge(np.hypot(x - 0.6, y - 0.36) - 0.010), (255, 250, 232))
    for fold in (x * 3, y * 3):  # the creases of the paper
        image = image * (1 + 0.05 * (2 * (np.floor(fold) % 2) - 1) * (0.4 + 0.6 * (fold % 1)))[..., None]
    return image


def jpeg(image, size, quality):
    """Averages squares of pixels down to a size, and has ffmpeg make a JPEG of it."""
    step = len(image) // size
    small = image.reshape(size, step, size, step, 3).mean(axis=(1, 3))
    raw = np.clip(np.rint(small), 0, 255).astype("u1").tobytes()
    return run("ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24",
               "-s", f"{size}x{size}", "-i", "-", "-bitexact", "-c:v", "mjpeg", "-q:v", quality,
               "-pix_fmt", "yuvj420p", "-f", "mjpeg", "-", input=raw)


def draw(album, image):
    """Writes the album's cover; gives the small one for the files."""
    (album.folder() / "cover.jpg").write_bytes(jpeg(image, 500, 3))
    return jpeg(image, 200, 4)


# ---------------------------------------------------------------- playlists


def row(album, number):
    piece = album.pieces[number - 1]
    secs = round(len(piece.samples) / piece.rate)
    path = Path("..") / album.path(piece).relative_to(HERE)
    return f"#EXTINF:{secs},{', '.join(artists(album, piece))} - {piece.title}\n{path.as_posix()}\n"


def playlists():
    folder = HERE / "Playlists"
    folder.mkdir(exist_ok=True)
    mix = [(STUDIO, 5), (LIVE, 2), (STUDIO, 3), (LIVE, 4), (STUDIO, 2), (LIVE, 6), (STUDIO, 1)]
    (folder / "Rain on the Harbour.m3u8").write_text(
        "#EXTM3U\n#PLAYLIST:Rain on the Harbour\n" + "".join(row(*r) for r in mix), "utf-8")
    lost = (f"#EXTINF:61,{KETTLES} - The Reel That Was Left on the Ferry (missing on purpose)\n"
            "../Snowbound Kettle Assembly/2019 - Live at the Boathouse/"
            "07 The Reel That Was Left on the Ferry.flac\n")
    first, last = row(LIVE, 1), row(LIVE, 5).replace(", Grupo Ñandú de Lata", "")
    (folder / "Old Radio.m3u").write_text("#EXTM3U\n" + first + lost + last, "ascii")


# ---------------------------------------------------------------- checks


def uncut():
    """The live album's files decoded and laid end to end."""
    return b"".join(run("flac", "--silent", "-d", "-c", "--force-raw-format", "--endian=little",
                        "--sign=signed", LIVE.path(piece)) for piece in LIVE.pieces)


def sums(whole):
    """One line per piece: the SHA-256 of its samples as bytes, before any encoding."""
    rows = [(hashlib.sha256(whole).hexdigest(), "the live album, uncut")]
    for album in (LIVE, STUDIO):
        rows += [(hashlib.sha256(pcm(p)).hexdigest(), str(album.path(p).relative_to(HERE)))
                 for p in album.pieces]
    return "".join(f"{digest}  {name}\n" for digest, name in rows)


def demand(truth, what):
    if not truth:
        raise SystemExit(f"FAILED: {what}")
    print(f"ok: {what}")


def check():
    """Looks at the files as they are on disk."""
    known = dict(reversed(line.split("  ", 1)) for line in SUMS.read_text("utf-8").splitlines())
    demand(hashlib.sha256(uncut()).hexdigest() == known["the live album, uncut"],
           "the live pieces, decoded and laid end to end, are the uncut evening")
    for album in (LIVE, STUDIO):
        for piece in album.pieces:
            check_piece(album, piece)
    check_playlists()
    total = sum(f.stat().st_size for f in HERE.rglob("*") if f.is_file())
    demand(total < 6 * 2 ** 20, f"the whole folder is {total / 2 ** 20:.2f} MiB, below 6")


def check_piece(album, piece):
    path = album.path(piece)
    file = mutagen.File(path)
    sound = decoded(path, piece.channels)
    peak = 20 * np.log10(np.abs(sound).max())
    names = "".join(file.tags.keys()).upper() if file.tags else ""
    demand("GAIN" in names and path.stat().st_size < 2 ** 20 and peak < -0.05
           and abs(sound.mean()) < 1e-3 and (album is LIVE or np.abs(sound[:96]).max() < 0.01),
           f"{path.name}: {file.info.length:.2f} s, {path.stat().st_size // 1024} KiB, "
           f"peak {peak:.2f} dBFS, tags, no DC")
    if album is LIVE:
        frames = file.info.total_samples
        demand(all(frames % block for block in (960, 1024, 1152, 4096)),
               f"{path.name}: {frames} frames, no whole number of codec blocks")


def check_playlists():
    missing = []
    for sheet in sorted((HERE / "Playlists").iterdir()):
        for line in sheet.read_text("utf-8").splitlines():
            if not line.startswith("#") and not (sheet.parent / line).is_file():
                missing.append(line)
    demand(len(missing) == 1 and "Left on the Ferry" in missing[0],
           "playlists: one row is missing, the one meant to be")


# ---------------------------------------------------------------- all of it


def make():
    whole = perform()
    demand(all(p.samples.any() for a in (LIVE, STUDIO) for p in a.pieces), "twelve pieces composed")
    before, after = SUMS.read_text("utf-8") if SUMS.exists() else "", sums(whole.tobytes())
    print("samples:", "as in samples.sha256" if before == after else "CHANGED, new sums written")
    SUMS.write_text(after, "utf-8")
    with tempfile.TemporaryDirectory() as temp:
        for album in (LIVE, STUDIO):
            for piece in album.pieces:
                encode(album, piece, Path(temp))
    demand(uncut() == whole.tobytes(), "decoded again, the live album is the uncut master")
    draw(LIVE, boathouse_cover())
    small = draw(STUDIO, map_cover())
    tag(LIVE, None)
    tag(STUDIO, small)
    playlists()


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--check"]):
        raise SystemExit("use: make.py [--check]")
    if not sys.argv[1:]:
        make()
    check()
