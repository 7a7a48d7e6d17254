#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# The names of files in messages, as Email::MIME has them; see run.
use strict;
use warnings;
use Email::MIME;
use Email::MIME::ContentType;
use JSON::PP;

$SIG{__WARN__} = sub { };
$| = 1;
binmode STDIN;

my $json = JSON::PP->new->ascii->allow_nonref;

while (defined(my $size = <STDIN>)) {
	my ($data, @found) = ('');
	read STDIN, $data, $size;
	eval {
		Email::MIME->new($data)->walk_parts(sub {
			my ($part) = @_;
			my $type = eval { parse_content_type($part->content_type) };
			my $place = eval {
				parse_content_disposition($part->header('Content-Disposition'))
			};
			push @found, grep { defined } eval { $part->filename },
				$type->{attributes}{name}, $place->{attributes}{filename};
		});
	};
	print $json->encode(\@found), "\n";
}
