#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# The names of files in messages, as MIME::Parser has them; see run.
use strict;
use warnings;
use MIME::Parser;
use MIME::WordDecoder;
use JSON::PP;

$SIG{__WARN__} = sub { };
$| = 1;
binmode STDIN;

my $json = JSON::PP->new->ascii->allow_nonref;

sub names {
	my ($entity, $found) = @_;
	my $head = $entity->head;

	for my $name ($head->recommended_filename,
		      $head->mime_attr('content-disposition.filename'),
		      $head->mime_attr('content-type.name')) {
		next unless defined $name;
		push @$found, $name;
		my $decoded = eval { mime_to_perl_string($name) };
		push @$found, $decoded if defined $decoded;
	}
	names($_, $found) for $entity->parts;
}

while (defined(my $size = <STDIN>)) {
	my ($data, @found) = ('');
	read STDIN, $data, $size;
	eval {
		my $parser = MIME::Parser->new;
		$parser->output_to_core(1);
		$parser->tmp_to_core(1);
		$parser->extract_nested_messages(1);
		$parser->decode_headers(0);
		names($parser->parse_data($data), \@found);
	};
	print $json->encode(\@found), "\n";
}
