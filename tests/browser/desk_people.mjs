// SPDX-License-Identifier: MIT
// Operators of the demo shop, each with a password and an app of their own, and where they go at the desk.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { command } from './check.mjs'
import { nextCode, person } from './walk.mjs'
import { shownCodes, shownKey } from './people.mjs'

const names = { viewer: ['Vera', 'Rubin'], support: ['Sophie', 'Germain'], manager: ['Grace', 'Hopper'] }
const hired = new Map()
let count = 0

// Made by a command, as the first one of a shop is; the app comes with the first sign-in.
export function hire(role, [first, last] = names[role]) {
  const mark = `${Date.now().toString(36)}${count++}`
  const who = { role, name: `${first.toLowerCase()}.${mark}@desk.example`, password: `Analytical-${mark}`, shown: `${first} ${last}` }
  const file = `${process.env.CLOCK}.password`
  writeFileSync(file, `${who.password}\n`, { mode: 0o600 })
  command('operator', 'add', '--realm', 'demo', '--role', role, '--email', who.name, '--first-name', first, '--last-name', last, '--password-file', file)
  return who
}

// The first sign-in leads to the set-up, with the password shown again, before anything else (section 3 of docs/pages.md).
export async function enroll(who, walker) {
  await walker.open('/desk/sign-in')
  await walker.press('Sign in', { name: who.name, password: who.password })
  await walker.at('/desk/step-up')
  await walker.look('desk-first')
  await walker.press('Continue', { password: who.password })
  await walker.at('/desk/settings/two-step/set-up')
  await walker.look('desk-set-up')
  who.key = (await shownKey(walker)).secret
  await walker.press('Turn on', { code: nextCode(who.key) })
  who.codes = await shownCodes(walker)
  assert.equal(who.codes.length, 10, await walker.text('main'))
  await walker.press('Finish', { saved: true })
  await walker.open('/desk/')
}

// Somebody of this role, signed in. `who` names one of two; `called`, a first and a last name that nobody else in the shop has:
// every script hires its own people, and those of one role are namesakes else.
export async function asOperator(role = 'manager', { who = role, called, ...traits } = {}) {
  const fresh = !hired.has(who)
  if (fresh) hired.set(who, hire(role, called))
  const operator = hired.get(who), walker = await person({ name: `${operator.shown} (${role})`, ...traits })
  walker.operator = operator
  if (fresh) {
    await enroll(operator, walker)
  } else {
    await walker.open('/desk/sign-in')
    await walker.press('Sign in', { name: operator.name, password: operator.password })
    await walker.press('Continue', { code: nextCode(operator.key) })
  }
  await walker.at('/desk/customers')
  return walker
}

// A customer's record (M2).
export async function record(walker, customer) {
  await walker.open(`/desk/customers/${customer.account}`)
  await walker.reads(customer.shown)
}
