#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# The names of files in messages, as GMime has them; see run.
"""Messages from standard input, as judge reads them; a line of JSON for each."""

import json
import sys

import gi

gi.require_version("GMime", "3.0")
from gi.repository import GMime  # noqa: E402  pylint: disable=wrong-import-position


def look(part, found):
    if part is None:
        return
    if isinstance(part, GMime.Part):
        found.add(part.get_filename())
    found.add(part.get_content_type_parameter("name"))
    found.add(part.get_content_disposition() and
              part.get_content_disposition().get_parameter("filename"))
    if isinstance(part, GMime.Multipart):
        for i in range(part.get_count()):
            look(part.get_part(i), found)
    if isinstance(part, GMime.MessagePart) and part.get_message():
        look(part.get_message().get_mime_part(), found)


def names(data):
    found = set()
    stream = GMime.StreamMem.new_with_buffer(data)
    message = GMime.Parser.new_with_stream(stream).construct_message(None)
    if message:
        look(message.get_mime_part(), found)
    return sorted(name for name in found if name)


def main():
    GMime.init()
    while line := sys.stdin.buffer.readline():
        print(json.dumps(names(sys.stdin.buffer.read(int(line)))), flush=True)


main()
