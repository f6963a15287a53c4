// SPDX-License-Identifier: MIT
// Load for the e2e scripts: shoppers who sign in, use and refresh their tickets, applications that get theirs, without a
// pause and turn by turn over several hosts, until SIGTERM. What one host gave is always shown to the next one.
// Environment: HOSTS (addresses), APP_ID, APP_SECRET, TENANT, SITE, NAMES and PASSWORD (who signs in), PROGRESS (a file).
// PROGRESS holds, as JSON, how many requests of each kind were answered well and what went wrong.
import { renameSync, writeFileSync } from 'node:fs'
import http from 'node:http'

const { APP_ID, APP_SECRET, TENANT, SITE, PASSWORD, PROGRESS } = process.env
const hosts = process.env.HOSTS.split(' ')
const agent = new http.Agent({ keepAlive: true })
const done = { signIn: 0, check: 0, refresh: 0, application: 0, anonymous: 0 }
const wrong = []
let stopping = false
process.on('SIGTERM', () => { stopping = true })

function note() {
  writeFileSync(`${PROGRESS}.new`, JSON.stringify({ done, wrong, ended: false }))
  renameSync(`${PROGRESS}.new`, PROGRESS)
}
const timer = setInterval(note, 50)

let turn = 0
function ask(kind, method, path, headers, body) {
  const host = hosts[turn++ % hosts.length]
  return new Promise(resolve => {
    const failed = what => {
      if (wrong.length < 20) wrong.push(`${kind} ${method} ${path.split('?')[0]} at ${host}: ${what}`)
      else wrong.length++
      stopping = true
      resolve(undefined)
    }
    const text = body === undefined ? '' : JSON.stringify(body)
    const request = http.request(host + path, {
      agent, method, timeout: 20000,
      headers: { ...headers, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) },
    }, response => {
      let all = ''
      response.setEncoding('utf8').on('data', part => { all += part }).on('error', fault => failed(fault.message)).on('end', () => {
        if (response.statusCode !== 200) return failed(`${response.statusCode} ${all.slice(0, 300)}`)
        done[kind]++
        resolve(JSON.parse(all))
      })
    })
    request.on('timeout', () => request.destroy(new Error('no answer in 20 s'))).on('error', fault => failed(fault.message))
    request.end(text)
  })
}

const customer = '/api/commerce/customer'
const application = () => ask('application', 'POST', '/api/platform/applications/authtickets/oauth', {},
  { client_id: APP_ID, client_secret: APP_SECRET, grant_type: 'client_credentials' })
const first = await application()
const as = (token, claims) => ({
  Authorization: `Bearer ${token}`, 'x-vol-tenant': TENANT, 'x-vol-site': SITE, ...(claims ? { 'x-vol-user-claims': claims } : {}),
})
const signIn = name => ask('signIn', 'POST', `${customer}/authtickets`, as(first.access_token), { username: name, password: PASSWORD })
const check = ticket => ask('check', 'GET', `${customer}/accounts/current`, as(first.access_token, ticket.accessToken))
const refresh = ticket => ask('refresh', 'PUT',
  `${customer}/authtickets/refresh?refreshToken=${ticket.refreshToken}`, as(first.access_token))

// One shopper: signs in, and keeps the first ticket of all beside the latest, which is refreshed again and again.
async function shopper(name) {
  const kept = await signIn(name)
  while (!stopping) {
    let ticket = await signIn(name)
    for (let i = 0; ticket && i < 5 && !stopping; i++) {
      if (!await check(ticket)) break
      ticket = await refresh(ticket)
    }
    if (ticket && !stopping) await check(ticket)
    if (kept && !stopping) await check(kept)
  }
}
async function visitors() {
  while (!stopping) {
    const mine = await application()
    let ticket = mine && await ask('anonymous', 'GET', `${customer}/authtickets/anonymousshopper`, as(mine.access_token))
    if (ticket) ticket = await refresh(ticket)
  }
}

await Promise.all([...process.env.NAMES.split(' ').map(shopper), visitors()])
clearInterval(timer)
agent.destroy()
writeFileSync(`${PROGRESS}.new`, JSON.stringify({ done, wrong, ended: true }))
renameSync(`${PROGRESS}.new`, PROGRESS)
