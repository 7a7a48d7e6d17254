#!/usr/bin/ruby
# SPDX-License-Identifier: GPL-2.0
#
# The names of files in messages, as Ruby's mail has them; see run.
require 'json'
require 'mail'

$VERBOSE = nil
STDIN.binmode
STDOUT.sync = true

def names(part, found)
  begin
    found << part.filename if part.filename
  rescue StandardError
    nil
  end
  part.parts.each { |inner| names(inner, found) }
end

while (size = STDIN.gets)
  data = STDIN.read(size.to_i)
  found = []
  begin
    names(Mail.read_from_string(data), found)
  rescue StandardError
    nil
  end
  puts JSON.generate(found.map { |name| name.to_s.dup.force_encoding('UTF-8').scrub })
end
