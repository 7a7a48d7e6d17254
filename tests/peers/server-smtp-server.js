// SPDX-License-Identifier: GPL-2.0
//
// smtp-server of npm, for mta: a file a message.
//
// usage: node server-smtp-server.js DIRECTORY MAILDIR CERTIFICATE KEY

'use strict';

const fs = require('fs');
const path = require('path');
const [directory, maildir, cert, key] = process.argv.slice(2);
const { SMTPServer } = require('module').createRequire(directory + '/')('smtp-server');
let number = 0;

function take(stream, session, done)
{
	const name = `npm.${process.pid}.${++number}`;
	const half = path.join(maildir, 'tmp', name);

	const out = fs.createWriteStream(half);

	out.write(`Return-Path: <${session.envelope.mailFrom.address}>\n`);
	stream.pipe(out).on('close', () => {
		fs.renameSync(half, path.join(maildir, 'new', name));
		done();
	});
}

function login(auth, session, done)
{
	if (auth.password !== 'secret')
		return done(new Error('no'));
	return done(null, { user: auth.username });
}

const server = new SMTPServer({
	name: 'mail.example.net', cert: fs.readFileSync(cert), key: fs.readFileSync(key),
	authOptional: true, allowInsecureAuth: true, authMethods: ['PLAIN', 'LOGIN'],
	disableReverseLookup: true, onData: take, onAuth: login,
});

server.on('error', error => console.error(String(error)));
server.listen(25, '::');
