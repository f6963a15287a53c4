// SPDX-License-Identifier: MIT
// A shopper comes as a guest, registers, signs in, refreshes and reads the account: the whole of a store's
// sign-in with @kibocommerce/rest-sdk (kibo 4, 6.1, 10).
import assert from 'node:assert/strict'
import { about, check, claimsOf, hex32, newPerson, safeInHeader, safeInUrl, shop, utcWithFraction } from './check.mjs'
import { as, everyAnswerIsJsonWithCorrelation, openStore } from './store.mjs'

const { accounts, tickets } = openStore()
const person = newPerson()

function looksLikeTicket(ticket) {
  assert.match(ticket.accessToken, safeInHeader)
  assert.match(ticket.refreshToken, safeInUrl)
  assert.match(ticket.userId, hex32)
  assert.match(ticket.accessTokenExpiration, utcWithFraction)
  assert.match(ticket.refreshTokenExpiration, utcWithFraction)
  assert.equal(ticket.requires2FA, false)
  assert.equal(typeof ticket.jwtAccessToken, 'string')
}

const guest = await check('4.1', 'createAnonymousShopperAuthTicket gives a guest a ticket without an account', async () => {
  const ticket = await tickets.createAnonymousShopperAuthTicket()
  looksLikeTicket(ticket)
  assert.equal(ticket.customerAccount, null)
  const { claims } = claimsOf(ticket.jwtAccessToken)
  assert.equal(claims['https://www.kibocommerce.com/user_claims'].anon, '1')
  return ticket
})

await check('4.1', 'a guest\'s ticket is refreshed and keeps its user id', async () => {
  const next = await tickets.refreshUserAuthTicket({ refreshToken: guest.refreshToken })
  looksLikeTicket(next)
  assert.equal(next.userId, guest.userId)
  assert.equal(next.customerAccount, null)
})

const registered = await check('6.1', 'addAccountAndLogin registers the shopper and signs in, the guest\'s ticket beside it', async () => {
  const ticket = await accounts.addAccountAndLogin({ customerAccountAndAuthInfo: person }, as(guest))
  looksLikeTicket(ticket)
  assert.ok(ticket.customerAccount.id > 1000)
  assert.equal(ticket.customerAccount.emailAddress, person.account.emailAddress)
  assert.equal(ticket.customerAccount.userName, person.account.userName)
  assert.equal(ticket.customerAccount.firstName, 'Ada')
  assert.equal(ticket.customerAccount.isAnonymous, false)
  assert.equal(ticket.customerAccount.isActive, true)
  return ticket
})

await check('4.1', 'the ticket names the guest it grew from', () => {
  const { claims } = claimsOf(registered.jwtAccessToken)
  assert.equal(claims['https://www.kibocommerce.com/user_claims']['b.PreviousAnonymousId'], guest.userId)
})

const signedIn = await check('4.1', 'createUserAuthTicket signs the shopper in by user name and password', async () => {
  const ticket = await tickets.createUserAuthTicket({
    customerUserAuthInfo: { username: person.account.userName, password: person.password, fingerprint: 'browser-1' },
  })
  looksLikeTicket(ticket)
  assert.equal(ticket.userId, registered.userId)
  assert.equal(ticket.customerAccount.id, registered.customerAccount.id)
  assert.notEqual(ticket.accessToken, registered.accessToken)
  return ticket
})

await check('4.1', 'a stale ticket in x-vol-user-claims does not stand in the way of signing in', async () => {
  const ticket = await tickets.createUserAuthTicket(
    { customerUserAuthInfo: { username: person.account.userName, password: person.password } },
    as({ accessToken: 'long-forgotten' }))
  assert.equal(ticket.userId, registered.userId)
})

await check('4.3', 'dates have a fraction and Z; access lives 15 minutes, refresh a day', () => {
  const now = Date.now()
  about(Date.parse(signedIn.accessTokenExpiration) - now, 15 * 60_000)
  about(Date.parse(signedIn.refreshTokenExpiration) - now, 24 * 3_600_000)
})

await check('4.4', 'jwtAccessToken can be read by a plain decode', () => {
  const { header, claims } = claimsOf(signedIn.jwtAccessToken)
  assert.equal(header.alg, 'HS256')
  assert.equal(header.typ, 'JWT')
  assert.equal(claims.sub, signedIn.userId)
  assert.equal(claims.unique_name, signedIn.userId)
  assert.equal(claims.nbf, claims.iat)
  assert.equal(claims.iss, claims.aud)
  assert.ok(claims.sid)
  assert.equal(claims.exp, Math.floor(Date.parse(signedIn.accessTokenExpiration) / 1000))
})

await check('4.4', 'user_claims say who, in which shop, until when, and hold bv as a list', () => {
  const user = claimsOf(signedIn.jwtAccessToken).claims['https://www.kibocommerce.com/user_claims']
  assert.equal(user.uid, signedIn.userId)
  assert.equal(user.anon, '0')
  assert.equal(user.st, 'Shopper')
  assert.ok(Array.isArray(user.bv))
  assert.ok(user.bv.every(Number.isInteger) && user.bv.length % 2 === 0, 'pairs of index and mask')
  assert.equal(user.exp, signedIn.accessTokenExpiration.slice(0, 19))
  assert.equal(String(user['b.AccountId']), String(signedIn.customerAccount.id))
  assert.equal(String(user['b.TenantId']), String(shop.tenant))
  assert.equal(String(user['b.SiteId']), String(shop.site))
  assert.equal(user['b.UserFirstName'], 'Ada')
  assert.equal(user['b.UserLastName'], 'Byron')
})

await check('4.4', 'app_claims name the application', () => {
  const app = claimsOf(signedIn.jwtAccessToken).claims['https://www.kibocommerce.com/app_claims']
  assert.equal(app.akey, shop.clientId)
  assert.ok(Array.isArray(app.bv))
})

await check('4.5', 'requires2FA is false, in the ticket and in the claims', () => {
  assert.equal(signedIn.requires2FA, false)
  const user = claimsOf(signedIn.jwtAccessToken).claims['https://www.kibocommerce.com/user_claims']
  assert.equal(user.requires2fa, 'false')
})

await check('6.1', 'getCurrentAccount reads the account of the shopper in x-vol-user-claims', async () => {
  const account = await accounts.getCurrentAccount({}, as(signedIn))
  assert.equal(account.id, signedIn.customerAccount.id)
  assert.equal(account.emailAddress, person.account.emailAddress)
  assert.equal(account.userId, signedIn.userId)
})

const refreshed = await check('4.1', 'refreshUserAuthTicket gives the next ticket of the same session', async () => {
  const next = await tickets.refreshUserAuthTicket({ refreshToken: signedIn.refreshToken })
  looksLikeTicket(next)
  assert.equal(next.userId, signedIn.userId)
  assert.equal(next.customerAccount.id, signedIn.customerAccount.id)
  assert.notEqual(next.accessToken, signedIn.accessToken)
  assert.notEqual(next.refreshToken, signedIn.refreshToken)
  return next
})

await check('4.1', 'the refreshed ticket reads the account', async () => {
  assert.equal((await accounts.getCurrentAccount({}, as(refreshed))).id, signedIn.customerAccount.id)
})

await check('4.1', 'refreshing with the shopper\'s accountId keeps the account', async () => {
  const next = await tickets.refreshUserAuthTicket({ refreshToken: refreshed.refreshToken, accountId: signedIn.customerAccount.id })
  assert.equal(next.customerAccount.id, signedIn.customerAccount.id)
})

await check('4.1', 'of two refreshes of one token at once, as parallel pages send them, both are answered', async () => {
  const { refreshToken } = await tickets.createUserAuthTicket({
    customerUserAuthInfo: { username: person.account.userName, password: person.password },
  })
  const both = await Promise.all([0, 1].map(() => tickets.refreshUserAuthTicket({ refreshToken })))
  for (const ticket of both)
    assert.equal((await accounts.getCurrentAccount({}, as(ticket))).id, signedIn.customerAccount.id)
})

const added = await check('6.1', 'addAccount makes a customer without a login', async () => {
  const { account } = newPerson()
  const made = await accounts.addAccount({ customerAccount: { ...account, companyOrOrganization: 'Analytical Society' } })
  assert.ok(made.id > 1000)
  assert.equal(made.emailAddress, account.emailAddress)
  assert.equal(made.companyOrOrganization, 'Analytical Society')
  return made
})

await check('6.1', 'getAccount reads it back', async () => {
  const account = await accounts.getAccount({ accountId: added.id })
  assert.equal(account.id, added.id)
  assert.equal(account.emailAddress, added.emailAddress)
  assert.equal(account.lastName, 'Byron')
})

await check('11.1', 'every answer so far is JSON in UTF-8 and carries x-vol-correlation', everyAnswerIsJsonWithCorrelation)
