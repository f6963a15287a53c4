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
// What is asked, each with names of its own: those of the Kibo door sign in at the Elastic Path door too.
const operations = ['sign-in', 'account token by password', 'account token by one-time token', 'one-time token request']

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
async function ask(path, body, method = 'POST') {
  const text = Buffer.from(body === undefined ? '' : JSON.stringify(body))
  const params = Buffer.concat(Object.entries({
    GATEWAY_INTERFACE: 'CGI/1.1', SERVER_PROTOCOL: 'HTTP/1.1', REQUEST_METHOD: method, REQUEST_URI: path, REMOTE_ADDR: '127.0.0.1',
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
async function must(status, path, body, method) {
  const answer = await ask(path, body, method)
  if (answer.status === status) return answer
  console.error(`timing: ${path}: ${answer.status} in place of ${status}: ${answer.body.slice(0, 300)}`)
  process.exit(1)
}
const signIn = name => must(401, '/api/commerce/customer/authtickets', { username: name, password: wrongPassword })
let realm, profile // of the Elastic Path door
const exchange = more => must(401, '/v2/account-members/tokens',
  { data: { type: 'account_management_authentication_token', password_profile_id: profile, ...more } })
const calls = {
  'sign-in': signIn,
  'account token by password': username => exchange({ authentication_mechanism: 'password', username, password: wrongPassword }),
  'account token by one-time token': username =>
    exchange({ authentication_mechanism: 'passwordless', username, one_time_password_token: 'abc123' }),
  'one-time token request': username => must(202, `${realm}/password-profiles/${profile}/one-time-password-token-request`,
    { data: { type: 'one_time_password_token_request', username, purpose: 'reset_password' } }),
}
const { access_token } = JSON.parse((await must(200, '/api/platform/applications/authtickets/oauth',
  { client_id: APP_ID, client_secret: APP_SECRET, grant_type: 'client_credentials' })).body)
application = access_token

// --- Accounts: so many of a kind that none gets to its limit
const rounds = pairs + 20 // the first are not counted
const many = Math.ceil(rounds / each)
const nameOf = (operation, kind, i) =>
  `${kind}${i % (kind === 'known' ? many * kinds.length : many)}.${operations.indexOf(operation)}@timing.example`

async function make() {
  for (const operation of operations) await makeFor(operation)
}
async function makeFor(operation) {
  const name = (kind, i) => nameOf(operation, kind, i)
  const register = (kind, i) => must(201, '/api/commerce/customer/accounts/Add-Account-And-Login',
    { password, account: { emailAddress: name(kind, i), userName: name(kind, i), firstName: 'Ada', lastName: 'Byron' } })
  for (let i = 0; i < many * kinds.length; i++) await register('known', i)
  for (const kind of ['locked', 'blocked', 'disabled', 'passwordless']) for (let i = 0; i < many; i++) await register(kind, i)
  for (let i = 0; i < many; i++) {
    await must(201, '/api/commerce/customer/accounts', { emailAddress: name('guest', i), firstName: 'Ada', lastName: 'Byron' })
    for (let tries = 0; tries < 10; tries++) await signIn(name('locked', i))
  }
}

// --- Pairs
const sorted = list => [...list].sort((a, b) => a - b)
const quantile = (list, q) => sorted(list)[Math.min(list.length - 1, Math.floor(list.length * q))]

async function compare() {
  const body = async path => JSON.parse((await must(200, path, undefined, 'GET')).body).data
  realm = `/v2/authentication-realms/${(await body('/v2/authentication-realms'))[0].id}`
  profile = (await body(`${realm}/password-profiles`))[0].id
  await must(200, `${realm}/password-profiles/${profile}`,
    { data: { type: 'password_profile', enable_one_time_password_token: true } }, 'PUT')
  let outside = 0
  for (const operation of operations) outside += await compareAt(operation)
  return outside === 0 ? 0 : 1
}

async function compareAt(operation) {
  const took = Object.fromEntries(kinds.map(kind => [kind, { known: [], other: [] }]))
  let known = 0
  for (let round = 0; round < rounds; round++) {
    for (const kind of kinds) {
      const names = { known: nameOf(operation, 'known', known++), other: nameOf(operation, kind, round) }
      // Who comes first changes, so that what one leaves behind falls on both.
      for (const side of round % 2 ? ['known', 'other'] : ['other', 'known']) {
        const answer = await calls[operation](names[side])
        if (round >= rounds - pairs) took[kind][side].push(answer.took)
      }
    }
  }
  let outside = 0
  console.log(`\nEN2: ${operation}, a known name (with what is wrong) against other kinds, ${pairs} interleaved pairs, milliseconds\n`)
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
  return outside
}

const status = process.argv[2] === 'make' ? (await make(), 0) : await compare()
socket.destroy()
process.exit(status)
