#!/usr/bin/env python3
"""A terminal as a picture: what `tmux capture-pane -ep` gives becomes an SVG.

    tmux capture-pane -ep -t NAME | packaging/picture.py [--light] > screen.svg

It knows the colours and attributes of SGR and the columns of wide letters; it runs nothing itself.
"""

import re
import sys
import unicodedata
from html import escape

CELL = (8.43, 18)
MARGIN = 12
SGR = re.compile(r"\x1b\[([0-9;:]*)m|\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x0e|\x0f")
DARK = ("#d6dbe0", "#16191d", "#16191d #e06c6c #7fc77f #d9b35c #6ea3e0 #c78ad6 #56b8c2 #c5cad1 "
        "#666e78 #ff8f8f #9fe09f #f0cf7f #93c0ff #e0a8f0 #7fd8e0 #ffffff".split())
LIGHT = ("#24292f", "#ffffff", "#24292f #b3261e #1a7f37 #8a6100 #0a58ca #8250a8 #0b7285 #d0d7de "
         "#6e7781 #c9342b #2a9d4a #a67600 #2f7ae5 #9a66c2 #178fa3 #f6f8fa".split())


def main():
    text, ground, palette = LIGHT if "--light" in sys.argv else DARK
    rows = sys.stdin.read().rstrip("\n").split("\n")
    style, styled = {}, []
    for row in rows:
        # tmux tells a change only, and goes on with it in the next row.
        found, style = cells(row, style)
        styled.append(found)
    rows = styled
    columns = max((sum(cell[2] for cell in row) for row in rows), default=80)
    width, height = columns * CELL[0] + 2 * MARGIN, len(rows) * CELL[1] + 2 * MARGIN
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
          f'width="{width:.0f}" height="{height:.0f}" font-size="14" '
          f'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace">')
    print(f'<rect width="100%" height="100%" rx="8" fill="{ground}"/>')
    for y, row in enumerate(rows):
        paint(row, MARGIN + y * CELL[1], text, ground, palette)
    print("</svg>")


def cells(row, style):
    """Letters with their style and their columns; the style after them."""
    found, at = [], 0
    for match in SGR.finditer(row):
        found += letters(row[at:match.start()], style)
        if match.group(1) is not None:
            style = changed(style, match.group(1))
        at = match.end()
    return found + letters(row[at:], style), style


def letters(text, style):
    found = []
    for letter in text:
        if unicodedata.combining(letter) or letter in "\u200d\ufe0f":
            if found:
                found[-1] = (found[-1][0] + letter, *found[-1][1:])
        else:
            found.append((letter, style, 2 if unicodedata.east_asian_width(letter) in "WF" else 1))
    return found


def changed(style, codes):
    style = dict(style)
    codes = [int(code or 0) for code in re.split("[;:]", codes)]
    while codes:
        code = codes.pop(0)
        if code == 0:
            style = {}
        elif code in (1, 2, 3, 4, 7):
            style[code] = True
        elif code == 22:
            style.pop(1, None), style.pop(2, None)
        elif code in (23, 24, 27):
            style.pop(code - 20, None)
        elif code in (39, 49):
            style.pop("fg" if code == 39 else "bg", None)
        elif code in (38, 48):
            kind = codes.pop(0)
            value = codes.pop(0) if kind == 5 else tuple(codes.pop(0) for _ in range(3))
            style["fg" if code == 38 else "bg"] = value
        elif 30 <= code <= 37 or 90 <= code <= 97:
            style["fg"] = code - 30 if code < 90 else code - 82
        elif 40 <= code <= 47 or 100 <= code <= 107:
            style["bg"] = code - 40 if code < 100 else code - 92
    return style


def colour(value, palette, default):
    if value is None:
        return default
    if isinstance(value, tuple):
        return "#%02x%02x%02x" % value
    if value < 16:
        return palette[value]
    if value >= 232:
        return "#" + "%02x" % (8 + (value - 232) * 10) * 3
    levels = (0, 95, 135, 175, 215, 255)
    value -= 16
    return "#%02x%02x%02x" % (levels[value // 36], levels[value // 6 % 6], levels[value % 6])


def paint(row, y, text, ground, palette):
    x, at = MARGIN, 0
    while at < len(row):
        end = at
        while end < len(row) and row[end][1] == row[at][1] and row[end][2] == row[at][2]:
            end += 1
        run, style = row[at:end], row[at][1]
        width = sum(cell[2] for cell in run) * CELL[0]
        front = colour(style.get("fg"), palette, text)
        back = colour(style.get("bg"), palette, ground)
        if style.get(7):
            front, back = back, front
        if back != ground:
            print(f'<rect x="{x:.1f}" y="{y}" width="{width + .3:.1f}" height="{CELL[1] + .3}" fill="{back}"/>')
        words = "".join(cell[0] for cell in run)
        blocks = "▀▄█▁▂▃▅▆▇"
        if words.strip() and all(letter in blocks or letter == " " for letter in words):
            for number, letter in enumerate(words):
                letter == " " or part(x + number * CELL[0], y, letter, front)
        elif words.strip():
            looks = ' font-weight="bold"' if style.get(1) else ""
            looks += ' fill-opacity="0.6"' if style.get(2) else ""
            looks += ' text-decoration="underline"' if style.get(4) else ""
            places = " ".join(f"{x + number * CELL[0] * run[0][2]:.1f}" for number in range(len(run)))
            print(f'<text x="{places}" y="{y + 13.5}" fill="{front}"{looks} xml:space="preserve">'
                  f"{escape(words)}</text>")
        x, at = x + width, end


def part(x, y, letter, front):
    """A block as a rectangle, so that neighbours leave no seam."""
    if letter == "▀":
        top, share = 0, 0.5
    else:
        share = {"█": 1}.get(letter) or (ord(letter) - 0x2580) / 8
        top = CELL[1] * (1 - share)
    print(f'<rect x="{x:.1f}" y="{y + top:.1f}" width="{CELL[0] + .3:.1f}" '
          f'height="{CELL[1] * share + .3:.1f}" fill="{front}"/>')


if __name__ == "__main__":
    main()
