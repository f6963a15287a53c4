// SPDX-License-Identifier: MIT
// The store's application signs in: @kibocommerce/sdk-authentication against the oauth form (kibo 3).
import assert from 'node:assert/strict'
import { APIAuthClient } from '@kibocommerce/sdk-authentication'
import { check, refused, safeInHeader, shop } from './check.mjs'

const settings = { clientId: shop.clientId, sharedSecret: shop.sharedSecret, authHost: shop.url }
const tenants = (token) =>
  fetch(`${shop.url}/api/platform/tenants/${shop.tenant}`, { headers: { Authorization: `Bearer ${token}` } })

const first = await check('3', 'client id and secret give an application token', async () => {
  const ticket = await new APIAuthClient(settings, fetch).authenticate()
  assert.match(ticket.access_token, safeInHeader)
  assert.match(ticket.token_type, /^bearer$/i)
  assert.equal(ticket.expires_in, 3600)
  assert.ok('refresh_token' in ticket)
  return ticket
})

await check('3', 'the token opens the tenants resource', async () => {
  assert.equal((await tenants(first.access_token)).status, 200)
})

await check('3', 'a refresh token gives a new application token', async () => {
  const second = await new APIAuthClient(settings, fetch).refreshTicket(first)
  assert.notEqual(second.access_token, first.access_token)
  assert.equal((await tenants(second.access_token)).status, 200)
})

await check('3', 'an expired ticket in the store\'s cache is refreshed by getAccessToken', async () => {
  let kept = { ...(await new APIAuthClient(settings, fetch).authenticate()), expires_at: Date.now() - 1 }
  const cache = { getAuthTicket: async () => kept, setAuthTicket: (ticket) => { kept = ticket } }
  const token = await new APIAuthClient(settings, fetch, cache).getAccessToken()
  assert.equal(token, kept.access_token)
  assert.equal((await tenants(token)).status, 200)
})

await check('3', 'a wrong secret is refused with a message the client can show', async () => {
  const fault = await refused(() => new APIAuthClient({ ...settings, sharedSecret: 'not-the-secret' }, fetch).authenticate())
  assert.match(fault.message, /^Invalid Credentials:/)
})

await check('3', 'an unknown client id is refused in the same words', async () => {
  const fault = await refused(() => new APIAuthClient({ ...settings, clientId: 'nobody.store.1.0.0.Release' }, fetch).authenticate())
  assert.match(fault.message, /^Invalid Credentials:/)
})
