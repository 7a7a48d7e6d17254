// SPDX-License-Identifier: GPL-2.0
//
// usage: node client-nodemailer.js NODEMAILER ADDRESS FILE...
//
// Each file is one message, sent as it is over a pool of three connections.

'use strict';

const [library, host, ...files] = process.argv.slice(2);
const transport = require(library).createTransport({
	host,
	port: 25,
	name: 'client.example.com',
	pool: true,
	maxConnections: 3,
	ignoreTLS: true,
	socketTimeout: 300000,
	greetingTimeout: 300000,
	disableFileAccess: false,
});

async function main()
{
	await Promise.all(files.map(path => transport.sendMail({
		envelope: {
			from: 'sender@example.com',
			to: ['receiver@example.net'],
		},
		raw: { path },
	})));
	transport.close();
}

main().catch(error => {
	console.error(error.message);
	process.exit(1);
});
