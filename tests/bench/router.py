#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Adds up what tests/bench/router has counted.

usage: router.py [-w] OUT BUILD MODE...

OUT has the guest's symbols, packets sent in each mode, and instructions by block of code;
BUILD the module's objects. The first mode is what sending costs, the second a plain
forward; both are without the module.
"""
import bisect
import collections
import os
import subprocess
import sys

BASELINE = 'tests/bench/router.baseline'
AIMS = {'other': 70, 'exempt': 250, 'inspected': 1200}
NAMES = {'other': 'another port', 'exempt': 'exempt', 'inspected': 'inspected small message'}
HOOKS = ('outside', 'early', 'main')
SHOWN = 24


class Symbols:
    """Functions by address; the module's with their file."""

    def __init__(self, path):
        table = []
        with open(path) as file:
            for line in file:
                address, kind, name, *module = line.split()
                if kind in 'tTwW':
                    table.append((int(address, 16), name, module == ['[nf_esmtp]']))
        table.sort()
        self.addresses = [row[0] for row in table]
        self.names = [(name, ours) for _, name, ours in table]

    def find(self, address):
        return self.names[bisect.bisect_right(self.addresses, address) - 1]

    def name_files(self, objects):
        """The module's functions in the order of its files; some names are in several."""
        here = None
        for i, (name, ours) in enumerate(self.names):
            if not ours:
                self.names[i] = (name, None)
                continue
            files = objects.get(plain(name), ['?'])
            here = here if here in files else files[0]
            self.names[i] = (name, here)


def plain(name):
    return name.split('.')[0]


def read_objects(build):
    objects = collections.defaultdict(list)
    for folder, _, files in os.walk(os.path.join(build, 'kmod')):
        for file in sorted(files):
            if not file.endswith('.o') or file.endswith('.mod.o'):
                continue
            path = os.path.join(folder, file)
            source = os.path.relpath(path, build)[:-2] + '.c'
            symbols = subprocess.run(['nm', path], capture_output=True, text=True, check=True)
            for line in symbols.stdout.split('\n'):
                kind, name = ([''] * 2 + line.split())[-2:]
                if kind and kind in 'tT' and source not in objects[plain(name)]:
                    objects[plain(name)].append(source)
    return objects


def read_blocks(path, symbols, modes, packets):
    """For each mode: instructions a packet by (function, file or None), by hook."""
    modes = dict(enumerate(modes, 1))
    cost = {mode: collections.defaultdict(lambda: [0.0] * len(HOOKS))
            for mode in modes.values()}
    with open(path) as file:
        for line in file:
            run, address, *counts = line.split()
            mode = modes[int(run)]
            where = symbols.find(int(address, 16))
            for i, count in enumerate(counts):
                cost[mode][where][i] += int(count) / packets[mode]
    return cost


def read_pairs(path):
    with open(path) as file:
        return {name: int(value) for name, value in
                (line.split() for line in file if line.strip() and line[0] != '#')}


def total(costs):
    return sum(sum(by_hook) for by_hook in costs.values())


def print_parts(cost, modes):
    """What a mode's instructions are in: each hook, each file, each function."""
    plain_cost = cost[modes[1]]
    for mode in modes[2:]:
        added = collections.Counter()
        files = collections.Counter()
        hooks = [0.0] * len(HOOKS)
        for where in set(cost[mode]) | set(plain_cost):
            more = [a - b for a, b in zip(cost[mode].get(where, [0.0] * 3),
                                          plain_cost.get(where, [0.0] * 3))]
            hooks = [a + b for a, b in zip(hooks, more)]
            name, file = where
            added[name, file or 'the kernel'] += sum(more)
            files[file or 'the kernel'] += sum(more)
        print(f'\n{NAMES[mode]}: by hook')
        for hook, count in zip(HOOKS, hooks):
            print(f'{count:9.1f}  {hook}')
        for title, rows in (('by file', files.most_common()),
                            ('by function', added.most_common(SHOWN * 3))):
            print(f'{NAMES[mode]}: {title}')
            for key, count in rows:
                if abs(count) >= 0.5:
                    print(f'{count:9.1f}  {key if isinstance(key, str) else "  ".join(key)}')


def main():
    args = sys.argv[1:]
    write = args[0] == '-w'
    out, build, *modes = args[write:]
    symbols = Symbols(os.path.join(out, 'symbols'))
    symbols.name_files(read_objects(build))
    cost = read_blocks(os.path.join(out, 'blocks'), symbols, modes,
                       read_pairs(os.path.join(out, 'packets')))
    forward = total(cost[modes[1]]) - total(cost[modes[0]])
    figures = {'forward': round(forward)}
    for mode in modes[2:]:
        figures[mode] = round(total(cost[mode]) - total(cost[modes[1]]))
    was = read_pairs(BASELINE) if os.path.exists(BASELINE) else {}

    print(f'{"instructions a packet on the router":38s}{"now":>8s}{"baseline":>10s}'
          f'{"aim":>7s}{"share":>7s}')
    print(f'{"a plain forward":38s}{figures["forward"]:8d}{was.get("forward", 0):10d}')
    for mode in ('other', 'exempt', 'inspected'):
        share = forward / (forward + figures[mode])
        print(f'{"added: " + NAMES[mode]:38s}{figures[mode]:8d}{was.get(mode, 0):10d}'
              f'{AIMS[mode]:7d}{share:7.2f}')
    print_parts(cost, modes)
    if write:
        with open(BASELINE, 'w') as file:
            print('# SPDX-License-Identifier: GPL-2.0\n'
                  '# Of tests/bench/router -w: instructions a packet, on 6.1.', file=file)
            for name, value in figures.items():
                print(name, value, file=file)


main()
