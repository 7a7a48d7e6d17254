#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# The names of files in messages, as a program has them that unpacks them; see run.
#
# usage: unpackers.py PROGRAM ROOT	ripmime, munpack, uudeview or mshow of the packages in ROOT
"""Messages from standard input, as judge reads them; a line of JSON for each."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

OPTIONS = {
    "ripmime": ["--overwrite", "-d", "{out}", "-i", "{message}"],
    "munpack": ["-f", "-t", "-q", "-C", "{out}", "{message}"],
    "uudeview": ["-i", "-q", "-p", "{out}", "{message}"],
    "mshow": ["-t", "{message}"],
}
LIMIT = 20


def names(program, root, place, data):
    out = os.path.join(place, "out")
    message = os.path.join(place, "message")
    os.mkdir(out)
    pathlib.Path(message).write_bytes(data)
    command = [f"{root}/usr/bin/{program}"]
    command += [word.format(out=out, message=message) for word in OPTIONS[program]]
    try:
        said = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=LIMIT, check=False,
                              env={"LD_LIBRARY_PATH": f"{root}/usr/lib", "HOME": place}).stdout
    except subprocess.TimeoutExpired:
        said = b""
    found = [str(path.relative_to(out)) for path in pathlib.Path(out).rglob("*")]
    if program == "mshow":
        text = said.decode("utf-8", "replace")
        found = re.findall(r'name="(.*)"', text)
    for path in sorted(pathlib.Path(out).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    os.rmdir(out)
    return [name.encode("utf-8", "replace").decode() for name in found]


def main():
    program, root = sys.argv[1:]
    with tempfile.TemporaryDirectory() as place:
        while line := sys.stdin.buffer.readline():
            data = sys.stdin.buffer.read(int(line))
            print(json.dumps(names(program, root, place, data)), flush=True)


main()
