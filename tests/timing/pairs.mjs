// SPDX-License-Identifier: MIT
// The two halves of tests/timing/run: `make` registers accounts, `compare` asks in pairs and judges. A FastCGI client of
// its own, one kept connection and one request at a time, so that nothing else is in what it measures.
// Environment: FCGI_SOCKET, APP_ID, APP_SECRET, TENANT, SITE, PAIRS.
import net from 'node:net'

const { FCGI_SOCKET, APP_ID, APP_SECRET, TENANT, SITE } = process.env
const pairs = Number(process.env.PAIRS)
const each = 6 // wrong passwords that one account gets: below the limit that locks it (10, TH1)
const password = 'Right horse 1 battery', wrongPassword = 'Wrong horse 2 battery'
const kinds = ['unknown', 'locked', 'blocked', 'disabled', 'guest', 'passwordless']

// --- FastCGI (its specification 1.0, sections 3.3, 3.4 and 5)
const BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6
function record(type, content) {
  const head = Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0])
  return Buffer.concat([head, content])
}
function pair(name, value) {
  const length = text => {
    const size = Buffer.byteLength(text)
    return size < 128 ? Buffer.from([size]) : Buffer.from([(size >> 24) | 128, (size >> 16) & 255, (size >> 8) & 255, size & 255])
  }
  return Buffer.concat([length(name), length(value), Buffer.from(name), Buffer.from(value)])
}
const socket = net.connect(FCGI_SOCKET)
let waiting, input = Buffer.alloc(0), output = []
socket.on('error', fault => { console.error(`timing: ${fault.message}`); process.exit(1) })
socket.on('close', () => { if (waiting) { console.error('timing: the program hung up'); process.exit(1) } })
socket.on('data', part => {
  input = Buffer.concat([input, part])
  while (input.length >= 8 && input.length >= 8 + input.readUInt16BE(4) + input[6]) {
    const type = input[1], size = input.readUInt16BE(4), content = input.subarray(8, 8 + size)
    input = input.subarray(8 + size + input[6])
    if (type === STDOUT) output.push(content)
    if (type === END) {
      const at = process.hrtime.bigint(), text = Buffer.concat(output).toString()
      const done = waiting
      waiting = undefined
      output = []
      done({ at, status: Number(/^Status: (\d+)/mi.exec(text)?.[1] ?? 200), body: text.slice(text.indexOf('\r\n\r\n') + 4) })
    }
  }
})
let application = ''
// -> { status, body, took in ms }
async function ask(path, body) {
  const text = Buffer.from(JSON.stringify(body))
  const params = Buffer.concat(Object.entries({
    GATEWAY_INTERFACE: 'CGI/1.1', SERVER_PROTOCOL: 'HTTP/1.1', REQUEST_METHOD: 'POST', REQUEST_URI: path, REMOTE_ADDR: '127.0.0.1',
    CONTENT_TYPE: 'application/json', CONTENT_LENGTH: String(text.length), HTTP_X_VOL_TENANT: TENANT, HTTP_X_VOL_SITE: SITE,
    ...(application ? { HTTP_AUTHORIZATION: `Bearer ${application}` } : {}),
  }).map(([name, value]) => pair(name, value)))
  const none = Buffer.alloc(0)
  const request = Buffer.concat([record(BEGIN, Buffer.from([0, 1, 1, 0, 0, 0, 0, 0])), record(PARAMS, params), record(PARAMS, none),
    record(STDIN, text), record(STDIN, none)])
  const from = process.hrtime.bigint()
  const answer = await new Promise(resolve => { waiting = resolve; socket.write(request) })
  return { ...answer, took: Number(answer.at - from) / 1e6 }
}
async function must(status, path, body) {
  const answer = await ask(path, body)
  if (answer.status === status) return answer
  console.error(`timing: ${path}: ${answer.status} in place of ${status}: ${answer.body.slice(0, 300)}`)
  process.exit(1)
}
const signIn = name => must(401, '/api/commerce/customer/authtickets', { username: name, password: wrongPassword })
const { access_token } = JSON.parse((await must(200, '/api/platform/applications/authtickets/oauth',
  { client_id: APP_ID, client_secret: APP_SECRET, grant_type: 'client_credentials' })).body)
application = access_token

// --- Accounts: so many of a kind that none gets to its limit
const rounds = pairs + 20 // the first are not counted
const many = Math.ceil(rounds / each)
const nameOf = (kind, i) => `${kind}${i % (kind === 'known' ? many * kinds.length : many)}@timing.example`

async function make() {
  const register = (kind, i) => must(201, '/api/commerce/customer/accounts/Add-Account-And-Login',
    { password, account: { emailAddress: nameOf(kind, i), userName: nameOf(kind, i), firstName: 'Ada', lastName: 'Byron' } })
  for (let i = 0; i < many * kinds.length; i++) await register('known', i)
  for (const kind of ['locked', 'blocked', 'disabled', 'passwordless']) for (let i = 0; i < many; i++) await register(kind, i)
  for (let i = 0; i < many; i++) {
    await must(201, '/api/commerce/customer/accounts', { emailAddress: nameOf('guest', i), firstName: 'Ada', lastName: 'Byron' })
    for (let tries = 0; tries < 10; tries++) await signIn(nameOf('locked', i))
  }
}

// --- Pairs
const sorted = list => [...list].sort((a, b) => a - b)
const quantile = (list, q) => sorted(list)[Math.min(list.length - 1, Math.floor(list.length * q))]

async function compare() {
  const took = Object.fromEntries(kinds.map(kind => [kind, { known: [], other: [] }]))
  let known = 0
  for (let round = 0; round < rounds; round++) {
    for (const kind of kinds) {
      const names = { known: nameOf('known', known++), other: nameOf(kind, round) }
      // Who comes first changes, so that what one leaves behind falls on both.
      for (const side of round % 2 ? ['known', 'other'] : ['other', 'known']) {
        const answer = await signIn(names[side])
        if (round >= rounds - pairs) took[kind][side].push(answer.took)
      }
    }
  }
  let outside = 0
  console.log(`EN2: sign-in with a known name and a wrong password against other kinds, ${pairs} interleaved pairs, milliseconds\n`)
  console.log('| kind | p10 known | p10 kind | apart (5.0 at most) | median known | median kind | apart (10 % at most) | |')
  console.log('|---|---:|---:|---:|---:|---:|---:|---|')
  for (const kind of kinds) {
    const { known: a, other: b } = took[kind]
    const low = [quantile(a, 0.1), quantile(b, 0.1)], middle = [quantile(a, 0.5), quantile(b, 0.5)]
    const lowApart = low[1] - low[0], middleApart = 100 * (middle[1] / middle[0] - 1)
    const well = Math.abs(lowApart) <= 5 && Math.abs(middleApart) <= 10
    if (!well) outside++
    console.log(`| ${kind} | ${low[0].toFixed(2)} | ${low[1].toFixed(2)} | ${lowApart.toFixed(2)} | ${middle[0].toFixed(2)} | ` +
      `${middle[1].toFixed(2)} | ${middleApart.toFixed(1)} % | ${well ? 'well' : 'OUT OF BOUNDS'} |`)
  }
  return outside === 0 ? 0 : 1
}

const status = process.argv[2] === 'make' ? (await make(), 0) : await compare()
socket.destroy()
process.exit(status)
