// SPDX-License-Identifier: GPL-2.0
//
// The names of files in messages, as a library of Node has them; see run.
//
// usage: node node.js LIBRARY DIRECTORY		one of those below

'use strict';

const [library, directory] = process.argv.slice(2);
const { createRequire } = require('module');
const load = createRequire(directory + '/');
let have = Buffer.alloc(0);
let work = Promise.resolve();

async function mailparser(data)
{
	const { simpleParser } = load('mailparser');
	const mail = await simpleParser(data, { skipHtmlToText: true,
		skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true });

	return names(mail.attachments);
}

async function postal(data)
{
	const PostalMime = load('postal-mime');
	const mail = await (PostalMime.default || PostalMime).parse(data);

	return names(mail.attachments);
}

async function letter(data)
{
	const { extract } = load('letterparser');

	return names((extract(data.toString('latin1')).attachments || []));
}

// Of every part: all its parameters.
async function emailjs(data)
{
	const parse = load('emailjs-mime-parser').default;
	const found = [];
	const walk = part => {
		for (const field of ['content-type', 'content-disposition'])
			for (const value of part.headers[field] || [])
				for (const name of ['name', 'filename'])
					found.push({ filename: (value.params || {})[name] });
		part.childNodes.forEach(walk);
	};

	walk(parse(new Uint8Array(data)));
	return names(found);
}

const read = { mailparser, 'postal-mime': postal, letterparser: letter,
	'emailjs-mime-parser': emailjs }[library];

function names(attachments)
{
	return attachments.map(file => file.filename).filter(name => name);
}

async function answer(data)
{
	let found = [];

	try {
		found = await read(data);
	} catch (error) {
		found = [];
	}
	process.stdout.write(JSON.stringify(found) + '\n');
}

// The next message, if all of it is there.
function take()
{
	const end = have.indexOf(10);
	const size = end < 0 ? 0 : parseInt(have.toString('latin1', 0, end), 10);

	if (end < 0 || have.length < end + 1 + size)
		return null;
	const data = Buffer.from(have.subarray(end + 1, end + 1 + size));
	have = have.subarray(end + 1 + size);
	return data;
}

process.stdin.on('data', bytes => {
	have = Buffer.concat([have, bytes]);
	for (let data = take(); data; data = take()) {
		const message = data;

		work = work.then(() => answer(message));
	}
});
