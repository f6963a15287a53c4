// SPDX-License-Identifier: MIT
// A receiver of web hooks for tests/e2e: answers by the path and writes each request as a line of JSON.
// node hook_receiver.mjs FILE; the port is the first line of standard output.
//   /ok: 200    /fail/N: 500 to the first N of them, then 200    /hang: takes the request and says nothing
import { createServer } from 'node:http';
import { appendFileSync } from 'node:fs';

const file = process.argv[2];
const seen = new Map();
const server = createServer((request, response) => {
    const parts = [];
    request.on('data', part => parts.push(part));
    request.on('end', () => {
        const count = (seen.get(request.url) ?? 0) + 1;
        seen.set(request.url, count);
        const body = Buffer.concat(parts).toString('utf8');
        appendFileSync(file, JSON.stringify({ path: request.url, count, headers: request.headers, body }) + '\n');
        const fails = /^\/fail\/([0-9]+)$/.exec(request.url);
        if (request.url === '/hang') return;
        response.writeHead(fails && count <= Number(fails[1]) ? 500 : 200).end();
    });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
