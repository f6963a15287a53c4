// SPDX-License-Identifier: MIT
// Who is in the walk-throughs, and what they do again and again: customers who sign in and set up an app, operators at the desk;
// and what the shop's commands tell of it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { command, newPerson, shop } from './check.mjs'
import { mailed } from './mail.mjs'
import { appCode, nextCode, now, pass, person, readKeyUri, register, signIn, store } from './walk.mjs'

export const status = (answer) => answer.status()

// --- What commands do and tell

const realm = ['--realm', 'demo']
export function setting(name, value) {
  command('settings', 'set', name, String(value), ...realm)
  pass(2) // it takes effect within a second
}
// Settings for the time of a walk-through; what they were comes back.
export async function withSettings(values, body) {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, command('settings', 'get', name, ...realm)]))
  for (const [name, value] of Object.entries(values)) setting(name, value)
  try {
    return await body()
  } finally {
    for (const [name, value] of Object.entries(before)) setting(name, value.value)
  }
}

// The trail, oldest first: of a customer, or all of it.
export function events({ account, names } = {}) {
  const text = execFileSync(process.env.AUTHTICKETS, ['audit', 'export', ...realm, ...account ? ['--account', String(account)] : []],
    { env: { ...process.env, AUTHTICKETS_CONFIG: process.env.SHOP_CONFIG }, encoding: 'utf8', maxBuffer: 1 << 28 })
  const all = text.split('\n').filter(Boolean).map((line) => JSON.parse(line))
  return names ? all.filter(({ name }) => names.includes(name)) : all
}
export const eventNames = (of) => events(of).map(({ name }) => name)
// The newest event of this name about a customer.
export function lastEvent(who, name) {
  return events({ account: who.account, names: [name] }).at(-1) ?? assert.fail(`no ${name} of ${who.name}`)
}

// --- Customers

export async function customer({ phone } = {}) {
  const made = newPerson()
  const ticket = await register(made)
  const who = { name: made.account.userName, email: made.account.emailAddress, password: made.password, userId: ticket.userId,
    account: ticket.customerAccount.id, shown: `${made.account.firstName} ${made.account.lastName}` }
  if (phone) command('login', 'set-phone', who.name, phone, '--verified', ...realm)
  return who
}

// Enters name and password at P1; what follows is up to the account.
export async function knock(who, walker, side = '/account') {
  await walker.open(`${side}/sign-in`)
  return walker.press('Sign in', { name: who.name, password: who.password })
}

// Signed in, with the next code of the app where the account has one.
export async function signedIn(who, traits = {}) {
  const walker = await person({ name: who.name, ...traits })
  await enter(who, walker)
  return walker
}
export async function enter(who, walker) {
  await knock(who, walker)
  if (who.key) await walker.press('Continue', { code: nextCode(who.key) })
  await walker.at('/account/')
}

// P17, where it has come up: the password, and the app's code where there is one. Then the page that was asked for is there.
export async function confirm(who, walker) {
  if (walker.path().endsWith('/step-up')) await walker.press('Continue', { password: who.password })
  if (walker.path().endsWith('/step-up/code')) await walker.press('Continue', { code: nextCode(who.key) })
}

// What the set-up shows: the key as a picture and as text.
export async function shownKey(walker) {
  const uri = readKeyUri(await walker.scan('.qr'))
  const typed = await walker.text('.key')
  assert.equal(typed.replace(/\s/g, ''), uri.secret)
  return { ...uri, typed }
}
export const shownCodes = (walker) => walker.page.locator('ol.codes code').allInnerTexts()

// From Settings to the end of P13. The customer has key and recovery codes then.
export async function turnOn(who, walker, { base = '/account' } = {}) {
  await walker.open(`${base}/settings/two-step/set-up`)
  who.key = (await shownKey(walker)).secret
  await walker.send({ code: nextCode(who.key) }, 'main form button:not([type=button]):has-text("Turn on")')
  who.codes = await shownCodes(walker)
  assert.equal(who.codes.length, 10, await walker.text('main'))
  await walker.press('Finish', { saved: true })
  return walker
}
export async function customerWithApp(traits) {
  const who = await customer(traits)
  const walker = await signedIn(who)
  await turnOn(who, walker)
  await walker.leave()
  return who
}
// By the browser's button. What was the answer to a form is not shown again unless the form is sent again.
export async function back(walker) {
  try {
    await walker.page.goBack()
  } catch (fault) {
    assert.match(String(fault), /ERR_CACHE_MISS/)
    await walker.page.waitForURL(/^chrome-error:/)
  }
}
export const withdrawn = (who) => Object.assign(who, { key: undefined, codes: undefined })

// --- Links in mails

export async function mailedLink(to, page) {
  for (;;) {
    const { text } = await mailed(to)
    const found = new RegExp(`^https?:\\S+/${page}\\?\\S+$`, 'm').exec(text)
    if (found) return found[0]
  }
}

export { appCode, nextCode, now, shop, signIn, store }
