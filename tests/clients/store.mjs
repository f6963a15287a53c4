// SPDX-License-Identifier: MIT
// A store's server side, as @kibocommerce/rest-sdk wants it: one application token for the store, and the
// shopper's ticket beside it on the calls that are made for a shopper. Both SDK packages are used as published.
import assert from 'node:assert/strict'
import { Configuration } from '@kibocommerce/rest-sdk'
import { APIAuthClient } from '@kibocommerce/sdk-authentication'
import { CustomerAccountApi, StorefrontAuthTicketApi } from '@kibocommerce/rest-sdk/clients/Customer/index.js'
import { shop } from './check.mjs'

// The SDK leaves keeping the application token to the store.
function memory() {
  let ticket
  return { getAuthTicket: async () => ticket, setAuthTicket: (value) => { ticket = value } }
}

// Every answer this store has had, for the check that each is JSON and carries a correlation id.
export const answers = []

export function openStore() {
  const application = new APIAuthClient(
    { clientId: shop.clientId, sharedSecret: shop.sharedSecret, authHost: shop.url }, fetch, memory())
  // No clientId, sharedSecret or authHost here: with them the SDK insists on https and looks the host up itself
  // (self_configuring.mjs does that).
  const configuration = new Configuration({
    tenantId: shop.tenant,
    siteId: shop.site,
    apiHost: shop.url,
    accessToken: () => application.getAccessToken(),
    middleware: [{
      post: async ({ url, response }) => {
        answers.push({
          url,
          status: response.status,
          type: response.headers.get('content-type'),
          correlation: response.headers.get('x-vol-correlation'),
        })
      },
    }],
  })
  return {
    application,
    configuration,
    accounts: new CustomerAccountApi(configuration),
    tickets: new StorefrontAuthTicketApi(configuration),
  }
}

// Makes a call on behalf of a shopper. The SDK drops its own `userClaims` setting once it has an access token,
// and an override object would replace all headers, so the function form of the override is the way.
export const as = (ticket) => async ({ init }) => ({
  headers: { ...init.headers, 'x-vol-user-claims': ticket.accessToken },
  body: init.body,
})

export function everyAnswerIsJsonWithCorrelation() {
  assert.ok(answers.length > 0)
  for (const answer of answers) {
    assert.match(answer.type ?? '', /^application\/json; ?charset=utf-8$/i, `${answer.url}: ${answer.type}`)
    assert.match(answer.correlation ?? '', /^[0-9a-f]{32}$/, `${answer.url}: x-vol-correlation ${answer.correlation}`)
  }
}

// Operations that the contract types "empty" answer without a body, and then without a type.
export function everyAnswerWithABodyIsJsonWithCorrelation() {
  assert.ok(answers.length > 0)
  for (const { url, type, correlation } of answers) {
    assert.match(type ?? 'application/json; charset=utf-8', /^application\/json; ?charset=utf-8$/i, `${url}: ${type}`)
    assert.match(correlation ?? '', /^[0-9a-f]{32}$/, `${url}: x-vol-correlation ${correlation}`)
  }
}
