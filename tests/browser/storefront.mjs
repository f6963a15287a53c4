// SPDX-License-Identifier: MIT
// A storefront of another origin in a browser: a page with @elasticpath/js-sdk as it is published for browsers, which knows the client
// id alone, signs a shopper up, asks for a one-time token and exchanges it (EP20, docs/elasticpath.md). Nothing but a browser
// asks before it calls, and hides answers that do not allow the page to read them.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { shop } from './check.mjs'
import { mailed } from './mail.mjs'
import { check, close, person } from './walk.mjs'

const { CLIENT_ID, PASSWORD_PROFILE_ID, REALM_ID } = process.env
const sdk = readFileSync(createRequire(import.meta.url).resolve('@elasticpath/js-sdk/dist/index.js'))
const storefront = createServer((request, response) => {
  if (request.url === '/sdk.js') return response.setHeader('Content-Type', 'text/javascript').end(sdk)
  response.setHeader('Content-Type', 'text/html; charset=utf-8').end('<!doctype html><title>A shop</title><script src="/sdk.js"></script>')
})
await new Promise((ready) => storefront.listen(0, '127.0.0.1', ready))

const walker = await person({ name: 'a shopper', scripts: true })
await walker.page.goto(`http://127.0.0.1:${storefront.address().port}/`)
const { host, protocol } = new URL(shop.url)
await walker.page.evaluate(([client_id, host, protocol]) => {
  window.shop = window.index.gateway({ client_id, host, protocol }) // it keeps its token in localStorage
  window.type = 'account_management_authentication_token'
  window.answer = (promise) => promise.then((value) => ({ value }), (error) => ({ error: error.errors ?? String(error) }))
}, [CLIENT_ID, host, protocol.slice(0, -1)])

const mark = `${Date.now().toString(36)}${process.pid.toString(36)}`
const shopper = { name: 'Mira Q', email: `mira.${mark}@example.com`, username: `mira.${mark}@example.com`, password: `Engine-No-1-${mark}` }

await check('EP20', 'a page of another origin gets a bearer token for its client id, and reads the settings', async () => {
  const { value, error } = await walker.page.evaluate(() => window.answer(window.shop.AccountAuthenticationSettings.Get()))
  assert.equal(error, undefined)
  assert.equal(value.data.relationships.authentication_realm.data.id, REALM_ID)
})

await check('EP20', 'it signs a shopper up', async () => {
  const { value, error } = await walker.page.evaluate(([profile, member]) => window.answer(window.shop.AccountMembers.GenerateAccountToken(
    { type: window.type, authentication_mechanism: 'self_signup', password_profile_id: profile, ...member })), [PASSWORD_PROFILE_ID, shopper])
  assert.equal(error, undefined)
  assert.equal(value.data[0].account_name, shopper.name)
})

await check('EP20', 'the empty 202 of a token request is an answer to it, and the mailed token signs the shopper in', async () => {
  const asked = await walker.page.evaluate(([realm, profile, username]) => window.answer(window.shop.OneTimePasswordTokenRequest.Create(realm, profile,
    { type: 'one_time_password_token_request', username, purpose: 'passwordless_authentication' })), [REALM_ID, PASSWORD_PROFILE_ID, shopper.username])
  assert.deepEqual(asked, { value: '{}' })
  const { headers } = await mailed(shopper.email, (subject) => /^[a-z0-9]{6} /.test(subject))
  const exchanged = await walker.page.evaluate(([profile, username, one_time_password_token]) => window.answer(window.shop.AccountMembers.GenerateAccountToken(
    { type: window.type, authentication_mechanism: 'passwordless', password_profile_id: profile, username, one_time_password_token })),
  [PASSWORD_PROFILE_ID, shopper.username, headers.subject.slice(0, 6)])
  assert.equal(exchanged.error, undefined)
  const [{ token }] = exchanged.value.data
  // A header of the shop's own makes the browser ask first, for this path with its doubled slash too.
  const mine = await walker.page.evaluate((own) => window.answer(window.shop.request.send('/account-members', 'GET', undefined, undefined, window.shop, false, 'v2',
    { 'EP-Account-Management-Authentication-Token': own })), token)
  assert.equal(mine.error, undefined)
  assert.deepEqual(mine.value.data.map(({ email }) => email), [shopper.email])
})

await check('EP20', 'it reads refusals too', async () => {
  const { error } = await walker.page.evaluate(() => window.answer(window.shop.Integrations.All()))
  assert.equal(error[0].status, '403')
  const missing = await walker.page.evaluate(() => window.answer(window.shop.request.send('nosuch', 'GET')))
  assert.equal(missing.error[0].status, '404')
})

await check('EP20', 'no cookie was set or sent', async () => assert.deepEqual(await walker.cookies(), []))

await walker.leave()
storefront.close()
await close()
