// SPDX-License-Identifier: MIT
// A page of another host calls the Elastic Path door as a storefront in a browser does: Chromium asks by a preflight, and lets the
// page read what it is answered, refusals too (EP20, docs/elasticpath.md).
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { shop } from './check.mjs'
import { check, close, person } from './walk.mjs'

const elsewhere = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end('<!doctype html><title>A storefront</title>'))
await new Promise((listening) => elsewhere.listen(0, '127.0.0.1', listening))

// Within the page: what it may read of the answer.
const call = (walker, path, { method = 'GET', headers = {}, body } = {}) => walker.page.evaluate(async ([url, options]) => {
  try {
    const answer = await fetch(url, options)
    const text = await answer.text()
    return { status: answer.status, left: answer.headers.get('RateLimit-Remaining'), body: text && JSON.parse(text), text }
  } catch (fault) {
    return { status: 0, text: String(fault) }
  }
}, [shop.url + path, { method, headers, body }])

try {
  const walker = await person({ scripts: true })
  await walker.page.goto(`http://localhost:${elsewhere.address().port}/`)
  const json = { 'Content-Type': 'application/json' }

  const bearer = await check('EP20, EP41', 'a page of another host gets a bearer token', async () => {
    const got = await call(walker, '/oauth/access_token', {
      method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-MOLTIN-SDK-LANGUAGE': 'JS', 'X-MOLTIN-SDK-VERSION': '35' },
      body: `grant_type=implicit&client_id=${encodeURIComponent(shop.clientId)}`,
    })
    assert.equal(got.status, 200, got.text)
    return { Authorization: `Bearer ${got.body.access_token}`, 'X-MOLTIN-CURRENCY': 'EUR' }
  })
  const realm = await check('EP20', 'reads with a preflight, and what is left of its budget', async () => {
    const got = await call(walker, '/v2/authentication-realms?page[limit]=1', { headers: bearer })
    assert.equal(got.status, 200, got.text)
    assert.match(got.left, /^\d+$/)
    return got.body.data[0].id
  })
  const profiles = `/v2/authentication-realms/${realm}/password-profiles`
  const profile = (await call(walker, profiles, { headers: bearer })).body.data.find((each) => each.enable_one_time_password_token)
  await check('EP20, EP16', 'an empty 202 is one', async () => {
    const got = await call(walker, `${profiles}/${profile.id}/one-time-password-token-request`, {
      method: 'POST', headers: { ...bearer, ...json },
      body: JSON.stringify({ data: { type: 'one_time_password_token_request', username: 'nobody@example.com', purpose: 'reset_password' } }),
    })
    assert.deepEqual([got.status, got.text], [202, ''])
  })
  await check('EP20', 'a refusal of the account token can be read, by PUT and below a doubled slash', async () => {
    const got = await call(walker, `/v2//authentication-realms/${realm}/user-authentication-info/x`, {
      method: 'PUT', headers: { ...bearer, ...json, 'EP-Account-Management-Authentication-Token': 'forged' }, body: '{}',
    })
    assert.equal(got.status, 401, got.text)
    assert.equal(got.body.errors[0].status, '401')
  })
  await check('EP20', 'so can a refusal without a bearer token, and by the web server', async () => {
    assert.equal((await call(walker, '/v2/authentication-realms')).status, 401)
    assert.equal((await call(walker, '/v2/nothing', { headers: bearer })).status, 404)
    const large = await call(walker, profiles, { method: 'POST', headers: { ...bearer, ...json }, body: 'x'.repeat(80_000) })
    assert.deepEqual([large.status, large.body?.errors[0].status], [413, '413'])
  })
  await check('D303', 'the other door is closed to such a page, and no answer may be read with its cookies', async () => {
    assert.equal((await call(walker, '/api/platform/tenants/1', { headers: bearer })).status, 0)
    const fault = await walker.page.evaluate((url) => fetch(url, { credentials: 'include' }).then(() => 'read', String), `${shop.url}/v2/nothing`)
    assert.match(fault, /TypeError/)
  })
  await walker.leave()
} finally {
  await close()
  elsewhere.close()
}
