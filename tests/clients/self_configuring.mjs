// SPDX-License-Identifier: MIT
// The way rest-sdk runs in a deployment (kibo 1.2, HTTPS): it is told tenant, site, client id, secret and the
// host where applications sign in; it fetches its own token, asks the tenants resource for the shop's host and
// calls that. https throughout; a private authority is named in NODE_EXTRA_CA_CERTS.
import assert from 'node:assert/strict'
import { Configuration } from '@kibocommerce/rest-sdk'
import { AppAuthTicketsApi } from '@kibocommerce/rest-sdk/clients/AppDevelopment/index.js'
import { CustomerAccountApi, StorefrontAuthTicketApi } from '@kibocommerce/rest-sdk/clients/Customer/index.js'
import { TenantsApi } from '@kibocommerce/rest-sdk/clients/Tenant/index.js'
import { check, newPerson, refused, shop } from './check.mjs'
import { as } from './store.mjs'

const { host } = new URL(shop.url)
const calledHosts = new Set()
const configuration = new Configuration({
  tenantId: shop.tenant,
  siteId: shop.site,
  clientId: shop.clientId,
  sharedSecret: shop.sharedSecret,
  authHost: host,
  middleware: [{ pre: async ({ url }) => { calledHosts.add(new URL(url).origin) } }],
})
const accounts = new CustomerAccountApi(configuration)
const tickets = new StorefrontAuthTicketApi(configuration)
const person = newPerson()

await check('1.3', 'the tenants resource names the shop\'s bare host and its sites', async () => {
  const tenant = await new TenantsApi(configuration).getTenant({ tenantId: shop.tenant })
  assert.equal(tenant.id, shop.tenant)
  assert.equal(tenant.domain, host)
  assert.ok(tenant.sites.some(({ id, tenantId }) => id === shop.site && tenantId === shop.tenant))
  assert.ok(Array.isArray(tenant.masterCatalogs))
})

const registered = await check('1.2', 'register: token, host and call found by the SDK itself', () =>
  accounts.addAccountAndLogin({ customerAccountAndAuthInfo: person }))

const signedIn = await check('1.2', 'sign in', async () => {
  const ticket = await tickets.createUserAuthTicket({
    customerUserAuthInfo: { username: person.account.userName, password: person.password },
  })
  assert.equal(ticket.userId, registered.userId)
  return ticket
})

const refreshed = await check('1.2', 'refresh', () => tickets.refreshUserAuthTicket({ refreshToken: signedIn.refreshToken }))

await check('1.2', 'read the account', async () => {
  const account = await accounts.getCurrentAccount({}, as(refreshed))
  assert.equal(account.id, registered.customerAccount.id)
})

await check('1.2', 'all of it over https, to the host that the tenants resource named', () => {
  assert.deepEqual([...calledHosts], [`https://${host}`])
})

const application = new AppAuthTicketsApi(configuration)

await check('3', 'application tickets by the first form, refreshed and deleted, with the SDK\'s own client', async () => {
  const ticket = await application.authenticateApp({ appAuthInfo: { applicationId: shop.clientId, sharedSecret: shop.sharedSecret } })
  const next = await application.refreshAppAuthTicket({ authTicketRequest: { refreshToken: ticket.refreshToken } })
  assert.notEqual(next.accessToken, ticket.accessToken)
  await application.deleteAppAuthTicket({ refreshToken: next.refreshToken })
  const fault = await refused(() => application.deleteAppAuthTicket({ refreshToken: 'nobody' }))
  assert.equal(fault.response.status, 404)
})
