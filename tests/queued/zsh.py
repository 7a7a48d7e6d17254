#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# A line of zsh with a tabulator behind it, at a terminal: it must become another.
#
# usage: zsh.py LINE WANTED

import os
import pty
import select
import signal
import sys
import time

LIMIT = 60
SETUP = ("fpath=(userspace/completion $fpath); autoload -U compinit; compinit -u -D; "
         "unsetopt zle_bracketed_paste; echo rea''dy\n")


class Terminal:
    def __init__(self):
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.environ.update(TERM="dumb", PS1="")
            os.execvp("zsh", ["zsh", "-f", "-i"])

    def send(self, text):
        os.write(self.fd, text.encode())

    def hear(self, word):
        said, end = b"", time.monotonic() + LIMIT
        while word.encode() not in said:
            left = max(0, end - time.monotonic())
            if not select.select([self.fd], [], [], left)[0]:
                sys.exit(f"zsh says {said!r}")
            said += os.read(self.fd, 4096)

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def main():
    zsh = Terminal()
    try:
        zsh.send(SETUP)
        zsh.hear("ready")
        zsh.send(sys.argv[1] + "\t")
        zsh.hear(sys.argv[2])
    finally:
        zsh.end()


main()
