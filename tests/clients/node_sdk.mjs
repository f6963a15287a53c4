// SPDX-License-Identifier: MIT
// The older client, mozu-node-sdk 2: it names its host in the environment, signs the application in by the
// first form (kibo 3), sends paths with a trailing slash and parameters without a value (kibo 4.1, 10, 11.4).
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { check, newPerson, refused, shop } from './check.mjs'

process.env.KIBO_API_HOST = `${shop.url}/` // the shop itself
process.env.KIBO_API_BASE_URL = `${shop.url}/` // where applications sign in
process.env.KIBO_CLIENT_ID = shop.clientId
process.env.KIBO_SHARED_SECRET = shop.sharedSecret
process.env.KIBO_TENANT = String(shop.tenant)
process.env.KIBO_SITE = String(shop.site)

const require = createRequire(import.meta.url)
const makeClient = () => require('mozu-node-sdk').client() // holds the application ticket once it has one
const applicationTickets = require('mozu-node-sdk/clients/platform/applications/authTicket')
const customerTickets = require('mozu-node-sdk/clients/commerce/customer/customerAuthTicket')
const customerAccounts = require('mozu-node-sdk/clients/commerce/customer/customerAccount')
const { scopes } = require('mozu-node-sdk/constants')

const client = makeClient()
const person = newPerson()

// This client asks for application tokens by itself; here they are asked for openly, to look at them.
const application = await check('3', 'authenticateApp gives an application ticket', async () => {
  const ticket = await applicationTickets(client).authenticateApp(
    { applicationId: shop.clientId, sharedSecret: shop.sharedSecret }, { scope: scopes.NONE })
  assert.equal(typeof ticket.accessToken, 'string')
  assert.equal(typeof ticket.refreshToken, 'string')
  assert.ok(ticket.accessTokenExpiration instanceof Date, 'its reader makes dates only of values with a fraction')
  assert.ok(ticket.refreshTokenExpiration instanceof Date)
  assert.ok(ticket.refreshTokenExpiration > ticket.accessTokenExpiration)
  return ticket
})

const next = await check('3', 'refreshAppAuthTicket gives the next one', async () => {
  const ticket = await applicationTickets(client).refreshAppAuthTicket({ refreshToken: application.refreshToken }, { scope: scopes.NONE })
  assert.notEqual(ticket.accessToken, application.accessToken)
  return ticket
})

await check('3', 'deleteAppAuthTicket ends it: refreshing it afterwards is refused', async () => {
  await applicationTickets(client).deleteAppAuthTicket({ refreshToken: next.refreshToken }, { scope: scopes.NONE })
  await refused(() => applicationTickets(client).refreshAppAuthTicket({ refreshToken: next.refreshToken }, { scope: scopes.NONE }))
})

await check('3', 'wrong credentials are 401 INVALID_CREDENTIALS', async () => {
  const fault = await refused(() => applicationTickets(client).authenticateApp(
    { applicationId: shop.clientId, sharedSecret: 'not-the-secret' }, { scope: scopes.NONE }))
  assert.equal(fault.originalError.statusCode, 401)
  assert.equal(fault.originalError.errorCode, 'INVALID_CREDENTIALS')
})

const guest = await check('10', 'createAnonymousShopperAuthTicket, the application\'s claims in x-vol-app-claims', async () => {
  const ticket = await customerTickets(client).createAnonymousShopperAuthTicket()
  assert.equal(ticket.customerAccount, null)
  assert.ok(ticket.accessTokenExpiration instanceof Date)
  return ticket
})

const registered = await check('10', 'addAccountAndLogin registers a shopper', async () => {
  const ticket = await customerAccounts(client).addAccountAndLogin(person)
  assert.equal(ticket.customerAccount.emailAddress, person.account.emailAddress)
  assert.notEqual(ticket.userId, guest.userId)
  return ticket
})

const signedIn = await check('10', 'createUserAuthTicket at /authtickets/?responseFields=', async () => {
  const ticket = await customerTickets(client).createUserAuthTicket({ username: person.account.userName, password: person.password })
  assert.equal(ticket.userId, registered.userId)
  assert.ok(ticket.accessTokenExpiration instanceof Date)
  assert.equal(ticket.requires2FA, false)
  return ticket
})

await check('4.1', 'refreshUserAuthTicket with a body beside its parameters', async () => {
  const ticket = await customerTickets(client).refreshUserAuthTicket({ refreshToken: signedIn.refreshToken })
  assert.equal(ticket.userId, signedIn.userId)
  assert.notEqual(ticket.accessToken, signedIn.accessToken)
})

await check('4.1', 'refreshUserAuthTicket asked for two members only', async () => {
  const again = await customerTickets(client).createUserAuthTicket({ username: person.account.userName, password: person.password })
  const ticket = await customerTickets(client).refreshUserAuthTicket({ refreshToken: again.refreshToken, responseFields: 'userId,refreshToken' })
  assert.deepEqual(Object.keys(ticket).sort(), ['refreshToken', 'userId'])
})

await check('6.1', 'addAccount at /accounts/?responseFields= and getAccount with empty parameters', async () => {
  const { account } = newPerson()
  const made = await customerAccounts(client).addAccount(account)
  const read = await customerAccounts(client).getAccount({ accountId: made.id })
  assert.equal(read.emailAddress, account.emailAddress)
  assert.ok(read.auditInfo.createDate instanceof Date)
})

await check('10', 'getAccounts with the parameters it leaves empty, getCustomerSets and getAccountAuditLog', async () => {
  const found = await customerAccounts(client).getAccounts({ pageSize: 5, filter: `emailAddress eq ${person.account.emailAddress}` })
  assert.equal(found.totalCount, 1)
  assert.equal(found.items[0].userId, registered.userId)
  const sets = await require('mozu-node-sdk/clients/commerce/customer/customerSet')(client).getCustomerSets()
  assert.equal(sets.items[0].code, 'default')
  const log = await require('mozu-node-sdk/clients/commerce/customer/accounts/customerAuditEntry')(client)
    .getAccountAuditLog({ accountId: found.items[0].id })
  assert.ok(Array.isArray(log.items))
})

await check('7.2', 'a wrong password is 401 INVALID_CREDENTIALS', async () => {
  const fault = await refused(() => customerTickets(client).createUserAuthTicket({ username: person.account.userName, password: 'Not-The-Password-1' }))
  assert.equal(fault.originalError.statusCode, 401)
  assert.equal(fault.originalError.errorCode, 'INVALID_CREDENTIALS')
})

await check('7.2', 'refreshing with an unknown token is 404 ITEM_NOT_FOUND', async () => {
  const fault = await refused(() => customerTickets(client).refreshUserAuthTicket({ refreshToken: 'nobody' }))
  assert.equal(fault.originalError.statusCode, 404)
  assert.equal(fault.originalError.errorCode, 'ITEM_NOT_FOUND')
})
