#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Ask a Prometheus, as Grafana would.

usage: board.py value EXPRESSION	the value of each series, a line each
       board.py alerts			each alert: its name, state, and what it says
       board.py board DASHBOARD SVG	every query of a board for Grafana, drawn; fails
					where one is refused, or none of a panel's knows
					of anything, but for panels of what must not be
"""

import html
import json
import sys
import time
import urllib.parse
import urllib.request

AT = "http://127.0.0.1:9090/api/v1/"
SPAN, STEP, RATE = 300, 5, "15s"	# seconds shown, between points; what a rate is of
WIDTH, ROW, GAP = 50, 26, 8		# a column and a row of the board's grid, in pixels
COLOURS = ("#3274d9", "#56a64b", "#e0b400", "#e02f44", "#8f3bb8", "#ff780a", "#37872d", "#a352cc")
MAY_BE_EMPTY = ("Passed unread", "Records left out")


def get(what, **arguments):
    """An answer's data; the error that it has is ours."""
    url = AT + what + "?" + urllib.parse.urlencode(arguments)
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as e:
        sys.exit("%s: %s" % (arguments, json.load(e).get("error")))


def expression(text):
    """A query of the board with its variables settled."""
    for name, value in (("$__rate_interval", RATE), ("$job", "nf_esmtp"), ("$instance", ".*")):
        text = text.replace(name, value)
    return text


def legend(text, labels):
    """What Grafana calls a series."""
    for name, value in labels.items():
        text = text.replace("{{%s}}" % name, value)
    return text


def series(panel):
    """(name, [(time, value)]) of all queries of a panel."""
    end = time.time()
    for target in panel["targets"]:
        found = get("query_range", query=expression(target["expr"]), start=end - SPAN,
                    end=end, step=STEP)
        for one in found["result"]:
            yield (legend(target["legendFormat"], one["metric"]),
                   [(t - end + SPAN, float(v)) for t, v in one["values"]])


def text(x, y, words, more=""):
    """A line of text."""
    return '<text x="%g" y="%g" %s>%s</text>' % (x, y, more, html.escape(words))


def number(value):
    """As short as an axis wants it."""
    return "%.0f" % value if value >= 10 or value == int(value) else "%.2g" % value


def stacked(lines):
    """Each upon those before it."""
    sums = {}
    for name, points in lines:
        raised = []
        for t, value in points:
            sums[round(t)] = sums.get(round(t), 0) + value
            raised.append((t, sums[round(t)]))
        yield name, raised


def pieces(points):
    """Where there was no answer there is no line."""
    piece = []
    for point in points:
        if piece and point[0] - piece[-1][0] > 1.5 * STEP:
            yield piece
            piece = []
        piece.append(point)
    yield piece


def graph(x, y, w, h, lines):
    """Lines, an axis, and their names below."""
    across = 2 if w > 400 else 1
    rows = (len(lines) + across - 1) // across
    top, bottom, left = y + 26, y + h - 16 - 13 * rows, x + 34
    most = max([v for _, points in lines for _, v in points] + [0]) or 1
    for i in range(3):
        at = bottom - (bottom - top) * i / 2
        yield '<path d="M%g %gh%g" stroke="#e4e4e4"/>' % (left, at, x + w - 8 - left)
        yield text(left - 4, at + 4, number(most * i / 2), 'text-anchor="end"')
    for i, (name, points) in enumerate(lines):
        colour = COLOURS[i % len(COLOURS)]
        for piece in pieces(points):
            yield '<polyline fill="none" stroke="%s" stroke-width="1.5" points="%s"/>' % (
                colour, " ".join("%.1f,%.1f" % (left + t / SPAN * (x + w - 8 - left),
                                                bottom - v / most * (bottom - top))
                                 for t, v in piece))
        at = x + 12 + (i % across) * (w - 16) / across, bottom + 18 + 13 * (i // across)
        yield '<path d="M%g %gh10" stroke="%s" stroke-width="3"/>' % (at[0], at[1] - 4, colour)
        yield text(at[0] + 14, at[1], name)


def draw(panel, lines):
    """A panel in its place."""
    grid = panel["gridPos"]
    x, y = grid["x"] * WIDTH + GAP, grid["y"] * ROW + GAP
    w, h = grid["w"] * WIDTH - GAP, grid["h"] * ROW - GAP
    defaults = panel["fieldConfig"]["defaults"]
    yield '<rect x="%g" y="%g" width="%g" height="%g" fill="#fff" stroke="#d8d8d8"/>' % (x, y, w, h)
    yield text(x + 10, y + 17, panel["title"], 'font-weight="bold"')
    if not lines:
        yield text(x + w / 2, y + h / 2, "No data", 'text-anchor="middle" fill="#888"')
    elif panel["type"] == "stat":
        said = {m: o["text"] for one in defaults.get("mappings", ())
                for m, o in one["options"].items()}
        for i, (name, points) in enumerate(lines[:2]):
            value = number(points[-1][1])
            yield text(x + w / 2, y + 50 + 36 * i, said.get(value, value),
                       'text-anchor="middle" font-size="24" fill="#37872d"')
            yield text(x + w / 2, y + 68 + 36 * i, name, 'text-anchor="middle"')
    else:
        if "stacking" in defaults.get("custom", {}):
            lines = list(stacked(lines))
        yield from graph(x, y, w, h, lines)


def board(path, to):
    """The whole board."""
    with open(path, encoding="utf-8") as f:
        panels = json.load(f)["panels"]
    drawn, silent = [], []
    for panel in panels:
        lines = list(series(panel))
        if not lines and panel["title"] not in MAY_BE_EMPTY:
            silent.append(panel["title"])
        drawn.extend(draw(panel, lines))
    width = max(p["gridPos"]["x"] + p["gridPos"]["w"] for p in panels) * WIDTH + GAP
    height = max(p["gridPos"]["y"] + p["gridPos"]["h"] for p in panels) * ROW + GAP
    with open(to, "w", encoding="utf-8") as f:
        f.write('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-size="11" '
                'font-family="sans-serif" fill="#333">\n'
                "<!-- SPDX-License-Identifier: GPL-2.0 -->\n"
                '<rect width="100%%" height="100%%" fill="#f4f5f5"/>\n%s\n</svg>\n'
                % (width, height, "\n".join(drawn)))
    if silent:
        sys.exit("no answer for: %s" % ", ".join(silent))


def main(what, *arguments):
    """One of them."""
    if what == "value":
        for one in get("query", query=arguments[0])["result"]:
            print(one["value"][1])
    elif what == "alerts":
        for one in get("alerts")["alerts"]:
            print(one["labels"]["alertname"], one["state"], one["annotations"].get("summary"))
    elif what == "board":
        board(*arguments)
    else:
        sys.exit(__doc__)


main(*sys.argv[1:])
