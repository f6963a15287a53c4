// SPDX-License-Identifier: MIT
// What every script here shares: one line of output per proven row of docs/kibo.md (docs/elasticpath.md: elasticpath_store.mjs),
// and the shop to talk to.
// tests/clients/run sets the variables and counts the lines.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { inspect } from 'node:util'

const wanted = (name) => process.env[name] ?? assert.fail(`${name} is not set; run these scripts through tests/clients/run`)

export const shop = {
  url: wanted('BASE_URL').replace(/\/$/, ''), // http://127.0.0.1:8080
  tenant: Number(wanted('TENANT')),
  site: Number(wanted('SITE')),
  clientId: wanted('APP_ID'),
  sharedSecret: wanted('APP_SECRET'),
}

// A shop that is only named by its address has no commands to offer.
export const ours = Boolean(process.env.SHOP_CONFIG && process.env.AUTHTICKETS)
// What one of the program's commands answers.
export const command = (...words) => JSON.parse(execFileSync(process.env.AUTHTICKETS, [...words, '--json'],
  { env: { ...process.env, AUTHTICKETS_CONFIG: process.env.SHOP_CONFIG }, encoding: 'utf8' }))

// Prints `ok` or `not ok` and gives back what the body returned, so that later checks can go on from it.
export const checkOf = (door) => async (row, sentence, body) => {
  try {
    const value = await body()
    console.log(`ok - ${door}${row}: ${sentence}`)
    return value
  } catch (fault) {
    process.exitCode = 2 // tells a failed check from a script that crashed, which ends with 1
    console.log(`not ok - ${door}${row}: ${sentence}`)
    console.log(inspect(fault, { depth: 4 }).replace(/^/gm, '#   '))
  }
}
export const check = checkOf('kibo ')

// A call that must be refused: gives back the error the client threw.
export async function refused(call) {
  try {
    await call()
  } catch (fault) {
    return fault
  }
  assert.fail('the call succeeded, it should have been refused')
}

let people = 0
// A person the shop has never seen, so that the scripts can run again against the same database.
export function newPerson() {
  const mark = `${Date.now().toString(36)}${process.pid.toString(36)}${people++}`
  return {
    account: { emailAddress: `ada.${mark}@example.com`, userName: `ada.${mark}@example.com`, firstName: 'Ada', lastName: 'Byron', acceptsMarketing: false },
    password: `Engine-No-${mark}`,
  }
}

// Readable by anyone who holds it: the claims are the middle part, plain base64url.
export function claimsOf(jwt) {
  const parts = jwt.split('.')
  assert.equal(parts.length, 3, 'a JWT has three parts')
  const [header, claims] = parts.slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')))
  return { header, claims }
}

export const hex32 = /^[0-9a-f]{32}$/
export const utcWithFraction = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3,7}Z$/
export const safeInUrl = /^[A-Za-z0-9._~-]+$/
export const safeInHeader = /^[\x21-\x7e]+$/
// Lives are compared with some slack: the request itself takes time.
export const about = (milliseconds, expected) =>
  assert.ok(Math.abs(milliseconds - expected) < 15_000, `${milliseconds} ms, expected about ${expected} ms`)
