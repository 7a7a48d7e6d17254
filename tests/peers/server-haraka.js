// SPDX-License-Identifier: GPL-2.0
//
// Haraka's plugin, for mta: all mail is taken, a file a message, into $MAILDIR.

'use strict';

const fs = require('fs');
const path = require('path');
const maildir = process.env.MAILDIR;
let number = 0;

exports.hook_rcpt = (next) => next(OK);

exports.hook_queue = (next, connection) => {
	const name = `haraka.${process.pid}.${++number}`;
	const half = path.join(maildir, 'tmp', name);

	const out = fs.createWriteStream(half);

	out.write(`Return-Path: ${connection.transaction.mail_from}\n`);
	connection.transaction.message_stream.pipe(out)
		.on('close', () => {
			fs.renameSync(half, path.join(maildir, 'new', name));
			next(OK);
		});
};

// Of who has logged in.
exports.hook_queue_outbound = exports.hook_queue;
