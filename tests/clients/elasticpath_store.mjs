// SPDX-License-Identifier: MIT
// A store built for Elastic Path: its published clients as they are, set up as EP240 and EP241 (docs/elasticpath.md) say, and beside each of them
// a list of what it has sent. A receiver for web hooks is here too, since the store brings one of its own.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { gateway as elasticPath } from '@elasticpath/js-sdk'
import { gateway as moltin } from '@moltin/sdk'
import { client, configureClient } from '@epcc-sdk/sdks-shopper'
import { checkOf, shop } from './check.mjs'

const wanted = (name) => process.env[name] ?? assert.fail(`${name} is not set; run these scripts through tests/clients/run`)

export const check = checkOf('') // rows of docs/elasticpath.md have names of their own: EP1, EP2
export const store = {
  clientId: wanted('CLIENT_ID'), clientSecret: wanted('CLIENT_SECRET'),
  realmId: wanted('REALM_ID'), passwordProfileId: wanted('PASSWORD_PROFILE_ID'),
}
export const gateways = { '@elasticpath/js-sdk': elasticPath, '@moltin/sdk': moltin }
export const accountToken = 'EP-Account-Management-Authentication-Token'
export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
export const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
export const token = 'account_management_authentication_token'

console.info = () => {} // the clients tell there that they have no token yet

// Every answer that any of these clients has had, for the check at the end of a script.
const answers = []

// What goes to the wire, in the order in which it went: method, path as it is sent, headers, body; and what came back.
function recorder() {
  const seen = []
  const record = async (request, options) => {
    const given = request instanceof Request ? request : new Request(request, options)
    const body = given.body ? await given.clone().text() : undefined
    const { pathname, search } = new URL(given.url)
    const one = { method: given.method, path: pathname + search, headers: Object.fromEntries(given.headers), body }
    seen.push(one)
    const response = await (request instanceof Request ? fetch(request) : fetch(request, options))
    one.status = response.status
    answers.push({ ...one, status: response.status, answer: Object.fromEntries(response.headers) })
    return response
  }
  // The lines since the last look, as `POST /v2/...`.
  const lines = () => seen.splice(0).map(({ method, path }) => `${method} ${path}`)
  return { seen, record, lines, last: () => seen.at(-1) }
}

// A client of one of the two older packages: with a secret it has a client_credentials token, without one an implicit token.
export function open(name, { secret = false, ...more } = {}) {
  const kept = new Map()
  const { origin, host, protocol } = new URL(shop.url)
  assert.ok(shop.url === origin, 'no path before the mount')
  const { seen, record, lines, last } = recorder()
  const sdk = gateways[name]({
    client_id: store.clientId,
    ...(secret ? { client_secret: store.clientSecret } : {}),
    host,
    protocol: protocol.replace(':', ''),
    storage: { get: (key) => kept.get(key), set: (key, value) => kept.set(key, value), delete: (key) => kept.delete(key) },
    custom_fetch: record,
    ...more,
  })
  // What it keeps of its token; beside it lies the id of a cart.
  const credentials = () => JSON.parse([...kept].find(([key]) => key.endsWith('Credentials'))[1])
  return { sdk, seen, lines, last, kept: credentials }
}

// Changes settings of the members' authentication, and returns when every process works by them, a second later (EP67).
export async function changeSettings(sdk, changes) {
  await sdk.AccountAuthenticationSettings.Update(changes)
  await new Promise((resolve) => setTimeout(resolve, 1100))
}

// The shopper's package keeps one client for all of its operations.
export function openShopper() {
  let kept
  const recorded = recorder()
  const { auth } = configureClient({ baseUrl: shop.url, fetch: (request) => recorded.record(request) },
    { clientId: store.clientId, storage: { get: () => kept, set: (value) => { kept = value } } })
  return { ...recorded, auth, client, kept: () => kept }
}

// The parsed body that the older clients throw, of one error.
export async function refusal(call, status) {
  let fault
  try {
    await call()
  } catch (thrown) {
    fault = thrown
  }
  assert.ok(fault, 'the call succeeded, it should have been refused')
  assert.ok(Array.isArray(fault.errors), `a list of errors: ${JSON.stringify(fault)}`)
  assert.equal(fault.errors[0].status, String(status), JSON.stringify(fault))
  assert.equal(typeof fault.errors[0].title, 'string')
  return fault.errors[0]
}

let people = 0
export function newMember() {
  const mark = `${Date.now().toString(36)}${process.pid.toString(36)}${people++}`
  return { name: `Mira Q ${mark}`, email: `mira.${mark}@example.com`, username: `mira.${mark}@example.com`, password: `Engine-No-${mark}` }
}

// A member who can sign in, as the merchant makes one.
export async function addMember(sdk, { realmId = store.realmId, profileId = store.passwordProfileId, member = newMember() } = {}) {
  const { data: user } = await sdk.UserAuthenticationInfo.Create(realmId,
    { data: { type: 'user_authentication_info', name: member.name, email: member.email } })
  const { data: info } = await sdk.UserAuthenticationPasswordProfile.Create(realmId, user.id, { data: {
    type: 'user_authentication_password_profile_info', password_profile_id: profileId, username: member.username, password: member.password } })
  return { ...member, id: user.id, infoId: info.id }
}

// Where hooks go to: keeps what came, answers what it is told to.
export async function openReceiver() {
  const arrivals = []
  const receiver = createServer((request, response) => {
    const parts = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      arrivals.push({ headers: request.headers, event: JSON.parse(Buffer.concat(parts).toString('utf8')) })
      response.statusCode = self.status
      response.end(self.answer)
    })
  })
  await new Promise((told) => receiver.listen(0, '127.0.0.1', told))
  const self = {
    status: 200,
    answer: '',
    arrivals,
    url: `http://127.0.0.1:${receiver.address().port}/one-time-password-token-notification`,
    close: () => receiver.close(),
    async arrived(wanted) {
      for (const until = Date.now() + 30_000; ; await new Promise((told) => setTimeout(told, 30))) {
        const found = arrivals.find(({ event, headers }) => wanted(event, headers))
        if (found) return found
        assert.ok(Date.now() < until, `no such hook among ${arrivals.length}`)
      }
    },
  }
  return self
}

// EP16: JSON where there is a body, and else neither a type nor a chunk.
export function everyAnswerIsJsonOrEmpty() {
  assert.ok(answers.length > 0)
  for (const { method, path, status, answer } of answers) {
    const what = `${method} ${path}: ${status} ${JSON.stringify(answer)}`
    if (status === 202 || status === 204) {
      assert.equal(answer['content-type'], undefined, what)
      if (status === 202) assert.equal(answer['content-length'], '0', what)
      assert.equal(answer['transfer-encoding'], undefined, what)
    } else {
      assert.match(answer['content-type'] ?? '', /^application\/json/, what)
    }
  }
}
