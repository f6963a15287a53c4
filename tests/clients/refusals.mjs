// SPDX-License-Identifier: MIT
// What a store sees when a call is refused: rest-sdk reads every error body as JSON and throws a ResponseError
// with the status, the code and the message in it (kibo 7). Themes compare some messages letter by letter.
import assert from 'node:assert/strict'
import { check, newPerson, refused, shop } from './check.mjs'
import { answers, as, everyAnswerIsJsonWithCorrelation, openStore } from './store.mjs'
import { Configuration } from '@kibocommerce/rest-sdk'
import { CustomerAccountApi } from '@kibocommerce/rest-sdk/clients/Customer/index.js'

const { accounts, tickets } = openStore()
const person = newPerson()
const registered = await accounts.addAccountAndLogin({ customerAccountAndAuthInfo: person })

function says(fault, status, errorCode) {
  assert.equal(fault.name, 'ResponseError', String(fault))
  assert.equal(fault.response.status, status)
  assert.equal(fault.apiError.errorCode, errorCode)
  assert.match(fault.response.correlationId, /^[0-9a-f]{32}$/)
  assert.ok(Array.isArray(fault.apiError.items))
}

await check('7.2', 'a wrong password is 401 INVALID_CREDENTIALS', async () => {
  says(await refused(() => tickets.createUserAuthTicket({
    customerUserAuthInfo: { username: person.account.userName, password: 'Not-The-Password-1' },
  })), 401, 'INVALID_CREDENTIALS')
})

await check('7.2', 'an unknown user gets the same answer as a wrong password', async () => {
  const wrong = await refused(() => tickets.createUserAuthTicket({
    customerUserAuthInfo: { username: person.account.userName, password: 'Not-The-Password-1' },
  }))
  const unknown = await refused(() => tickets.createUserAuthTicket({
    customerUserAuthInfo: { username: 'nobody@example.com', password: 'Not-The-Password-1' },
  }))
  says(unknown, 401, 'INVALID_CREDENTIALS')
  assert.deepEqual(unknown.apiError, wrong.apiError)
})

await check('7.2', 'the right password still signs in after that', async () => {
  const ticket = await tickets.createUserAuthTicket({
    customerUserAuthInfo: { username: person.account.userName, password: person.password },
  })
  assert.equal(ticket.userId, registered.userId)
})

await check('7.2', 'signing in with an empty body is 400', async () => {
  says(await refused(() => tickets.createUserAuthTicket({})), 400, 'MISSING_OR_INVALID_PARAMETER')
})

await check('7.2', 'a taken e-mail address is refused in the words that themes compare', async () => {
  const fault = await refused(() => accounts.addAccountAndLogin({ customerAccountAndAuthInfo: person }))
  says(fault, 400, 'MISSING_OR_INVALID_PARAMETER')
  assert.equal(fault.apiError.message, 'Missing or invalid parameter: EmailAddress EmailAddress already associated with a login')
  assert.equal(fault.message, fault.apiError.message)
})

await check('7.2', 'a weak password is refused in the words that themes compare', async () => {
  const { account } = newPerson()
  const fault = await refused(() => accounts.addAccountAndLogin({ customerAccountAndAuthInfo: { account, password: 'a1' } }))
  says(fault, 400, 'MISSING_OR_INVALID_PARAMETER')
  assert.equal(fault.apiError.message,
    'Missing or invalid parameter: password Password must be a minimum of 6 characters with at least 1 number and 1 alphabetic character')
})

await check('7.1', 'additionalErrorData names the parameter; the SDK hands it on as JSON text', async () => {
  const fault = await refused(() => accounts.addAccountAndLogin({ customerAccountAndAuthInfo: person }))
  const data = JSON.parse(fault.apiError.additionalErrorData)
  assert.ok(data.some(({ name, value }) => name === 'ParameterName' && value === 'EmailAddress'), JSON.stringify(data))
})

await check('7.2', 'refreshing with an unknown token is 404 ITEM_NOT_FOUND', async () => {
  says(await refused(() => tickets.refreshUserAuthTicket({ refreshToken: 'a+b/c=' })), 404, 'ITEM_NOT_FOUND')
})

await check('7.2', 'a refresh token with one letter changed is 404 ITEM_NOT_FOUND too', async () => {
  const token = registered.refreshToken
  const mangled = (token[0] === 'A' ? 'B' : 'A') + token.slice(1)
  says(await refused(() => tickets.refreshUserAuthTicket({ refreshToken: mangled })), 404, 'ITEM_NOT_FOUND')
})

await check('7.2', 'bad user claims on getCurrentAccount are 401 INVALID_ACCESS_TOKEN', async () => {
  says(await refused(() => accounts.getCurrentAccount({}, as({ accessToken: 'long-forgotten' }))), 401, 'INVALID_ACCESS_TOKEN')
})

await check('7.2', 'a bad application token is 401 INVALID_ACCESS_TOKEN', async () => {
  const stranger = new CustomerAccountApi(new Configuration({
    tenantId: shop.tenant, siteId: shop.site, apiHost: shop.url, accessToken: async () => 'nobody',
  }))
  says(await refused(() => stranger.getCurrentAccount({}, as(registered))), 401, 'INVALID_ACCESS_TOKEN')
})

await check('7.2', 'an unknown account is 404 ITEM_NOT_FOUND', async () => {
  says(await refused(() => accounts.getAccount({ accountId: 2_000_000_000 })), 404, 'ITEM_NOT_FOUND')
})

await check('6.1', 'another tenant\'s number on the call is 403 FORBIDDEN', async () => {
  const elsewhere = async ({ init }) => ({ headers: { ...init.headers, 'x-vol-tenant': String(shop.tenant + 1) }, body: init.body })
  says(await refused(() => accounts.getAccount({ accountId: registered.customerAccount.id }, elsewhere)), 403, 'FORBIDDEN')
})

await check('7.1', 'a path that does not exist is an error the SDK can read', async () => {
  says(await refused(() => tickets.impersonateCart({ cartAuthTicketRequest: { cartId: '1' } })), 404, 'ITEM_NOT_FOUND')
})

await check('11.1', 'every refusal is JSON in UTF-8 and carries x-vol-correlation', () => {
  assert.ok(answers.some(({ status }) => status >= 400))
  everyAnswerIsJsonWithCorrelation()
})
