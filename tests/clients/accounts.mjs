// SPDX-License-Identifier: MIT
// A merchant's back office looks after accounts with @kibocommerce/rest-sdk, and with the older mozu-node-sdk where the
// two send different requests: changed, disabled, deleted, logins, passwords, locks, many at once (kibo 6.1, 10).
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { answers, as, everyAnswerWithABodyIsJsonWithCorrelation, openStore } from './store.mjs'
import { check, hex32, newPerson, refused, shop, utcWithFraction } from './check.mjs'

process.env.KIBO_API_HOST = process.env.KIBO_API_BASE_URL = `${shop.url}/`
process.env.KIBO_CLIENT_ID = shop.clientId
process.env.KIBO_SHARED_SECRET = shop.sharedSecret
process.env.KIBO_TENANT = String(shop.tenant)
process.env.KIBO_SITE = String(shop.site)

const { accounts, tickets, application } = openStore()
const require = createRequire(import.meta.url)
const older = require('mozu-node-sdk/clients/commerce/customer/customerAccount')(require('mozu-node-sdk').client())

const register = (person = newPerson()) => accounts.addAccountAndLogin({ customerAccountAndAuthInfo: person })
const signIn = (person, password = person.password) =>
  tickets.createUserAuthTicket({ customerUserAuthInfo: { username: person.account.userName, password } })

function says(fault, status, errorCode) {
  assert.equal(fault.name, 'ResponseError', String(fault))
  assert.equal(fault.response.status, status)
  assert.equal(fault.apiError.errorCode, errorCode)
}

// TK6 (docs/security.md): what was given before is refused on every way in.
async function isEnded(ticket) {
  says(await refused(() => accounts.getCurrentAccount({}, as(ticket))), 401, 'INVALID_ACCESS_TOKEN')
  says(await refused(() => tickets.refreshUserAuthTicket({ refreshToken: ticket.refreshToken })), 404, 'ITEM_NOT_FOUND')
}

// What no method of the SDKs can send.
async function plainly(method, path, body) {
  const response = await fetch(`${shop.url}/api/commerce/customer/accounts${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await application.getAccessToken()}`,
      'x-vol-tenant': String(shop.tenant),
      'x-vol-site': String(shop.site),
      'content-type': 'application/json',
    },
    body,
  })
  const text = await response.text()
  return { status: response.status, text, json: text === '' ? null : JSON.parse(text), headers: response.headers }
}

const person = newPerson()
const ticket = await register(person)
const accountId = ticket.customerAccount.id

await check('6.1', 'updateAccount changes what is given, and isActive is not read', async () => {
  const account = await accounts.updateAccount({
    accountId, customerAccount: { firstName: 'Augusta', taxId: 't1', isActive: false, contacts: [{ email: person.account.emailAddress, types: [{ name: 'Billing', isPrimary: true }] }] },
  })
  assert.equal(account.firstName, 'Augusta')
  assert.equal(account.lastName, 'Byron')
  assert.equal(account.isActive, true)
  assert.equal(account.contacts[0].accountId, accountId)
  assert.equal((await accounts.getAccount({ accountId })).taxId, 't1')
})

await check('6.1', 'updateAccount of the whole account as it was read changes nothing else', async () => {
  const read = await accounts.getAccount({ accountId })
  const account = await accounts.updateAccount({ accountId, customerAccount: { ...read, lastName: 'King' } })
  assert.deepEqual({ ...account, auditInfo: null }, { ...read, lastName: 'King', auditInfo: null })
})

await check('6.1', 'updateAccount by the shopper, and of nobody else\'s account', async () => {
  const account = await accounts.updateAccount({ accountId, customerAccount: { companyOrOrganization: 'Analytical Society' } }, as(ticket))
  assert.equal(account.companyOrOrganization, 'Analytical Society')
  const other = await accounts.addAccount({ customerAccount: newPerson().account })
  says(await refused(() => accounts.updateAccount({ accountId: other.id, customerAccount: {} }, as(ticket))), 404, 'ITEM_NOT_FOUND')
})

await check('6.1', 'updateAccount by mozu-node-sdk, which sends accountId in the body too', async () => {
  const account = await older.updateAccount({ accountId, firstName: 'Ada' })
  assert.equal(account.firstName, 'Ada')
  assert.equal(account.id, accountId)
})

await check('6.1', 'updateAccount by the merchant moves the sign-in address', async () => {
  const { account } = newPerson()
  await accounts.updateAccount({ accountId, customerAccount: { emailAddress: account.emailAddress } })
  const again = await tickets.createUserAuthTicket({ customerUserAuthInfo: { username: account.emailAddress, password: person.password } })
  assert.equal(again.userId, ticket.userId)
})

await check('6.1', 'addLoginToExistingCustomer makes a guest a customer: 201 and a ticket', async () => {
  const { account, password } = newPerson()
  const guest = await accounts.addAccount({ customerAccount: { emailAddress: account.emailAddress } })
  const made = await accounts.addLoginToExistingCustomer({
    accountId: guest.id, customerLoginInfo: { emailAddress: account.emailAddress, username: account.userName, password, isImport: false },
  })
  assert.equal(answers.at(-1).status, 201)
  assert.match(made.userId, hex32)
  assert.equal(made.customerAccount.id, guest.id)
  assert.equal((await accounts.getCurrentAccount({}, as(made))).userName, account.userName)
  says(await refused(() => accounts.addLoginToExistingCustomer({ accountId: guest.id, customerLoginInfo: { username: 'x', password } })),
    400, 'MISSING_OR_INVALID_PARAMETER')
})

await check('6.1', 'addLoginToExistingCustomer by mozu-node-sdk', async () => {
  const { account, password } = newPerson()
  const guest = await older.addAccount({ emailAddress: account.emailAddress })
  const made = await older.addLoginToExistingCustomer({ accountId: guest.id, username: account.userName, password })
  assert.equal(made.customerAccount.id, guest.id)
  assert.ok(made.accessTokenExpiration instanceof Date)
})

await check('4.2', 'externalPassword: the old shop\'s password signs in', async () => {
  const { account } = newPerson()
  await accounts.addAccountAndLogin({ customerAccountAndAuthInfo: {
    account, isImport: true, externalPassword: '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW' } })
  assert.ok((await signIn({ account, password: 'U*U' })).accessToken)
  says(await refused(() => signIn({ account, password: 'U*V' })), 401, 'INVALID_CREDENTIALS')
})

await check('6.1', 'addAccounts makes many, all or none', async () => {
  const people = [newPerson(), newPerson(), newPerson()]
  const made = await accounts.addAccounts({ customerAccountAndAuthInfo: people })
  assert.equal(made.totalCount, 3)
  assert.equal(made.startIndex, 0)
  assert.equal(made.pageCount, 1)
  assert.deepEqual(made.items.map(({ userName }) => userName), people.map(({ account }) => account.userName))
  assert.equal((await signIn(people[2])).customerAccount.id, made.items[2].id)
  const fresh = newPerson()
  const fault = await refused(() => accounts.addAccounts({ customerAccountAndAuthInfo: [fresh, people[0]] }))
  says(fault, 400, 'MISSING_OR_INVALID_PARAMETER')
  assert.match(fault.apiError.message, /^Missing or invalid parameter: \[1\]\./)
  says(await refused(() => signIn(fresh)), 401, 'INVALID_CREDENTIALS')
})

await check('6.1', 'addAccounts by mozu-node-sdk', async () => {
  const made = await older.addAccounts([newPerson(), newPerson()])
  assert.equal(made.totalCount, 2)
  assert.ok(made.items[0].auditInfo.createDate instanceof Date)
})

await check('KL6', 'a bulk body of one MiB arrives, one byte more is 413', async () => {
  const people = Array.from({ length: 16 }, () => {
    const one = newPerson()
    one.account.attributes = [{ fullyQualifiedName: 'tenant~large', values: ['x'.repeat(58_000)] }]
    return one
  })
  const body = JSON.stringify(people).padEnd(1024 * 1024)
  const made = await plainly('POST', '/Bulk?responseFields=totalCount', body)
  assert.equal(made.status, 200, made.text)
  assert.deepEqual(made.json, { totalCount: 16 })
  for (const path of ['/Bulk', '/Change-Passwords']) {
    const refusal = await plainly('POST', path, body + ' ')
    assert.equal(refusal.status, 413)
    assert.equal(refusal.json.errorCode, 'REQUEST_TOO_LARGE')
    assert.match(refusal.headers.get('x-vol-correlation'), hex32)
  }
  const blank = await plainly('POST', '/Change-Passwords', ' '.repeat(1024 * 1024))
  assert.equal(blank.status, 400)
})

await check('6.1', 'changePassword by the shopper ends the tickets', async () => {
  const someone = newPerson()
  const old = await register(someone)
  await accounts.changePassword({
    accountId: old.customerAccount.id, customerPasswordInfo: { oldPassword: someone.password, newPassword: 'Engine-No-22' } }, as(old))
  await isEnded(old)
  says(await refused(() => signIn(someone)), 401, 'INVALID_CREDENTIALS')
  assert.equal((await signIn(someone, 'Engine-No-22')).userId, old.userId)
})

await check('7.2', 'changePassword with a wrong old password is 400 in the words that themes compare', async () => {
  const fault = await refused(() => accounts.changePassword({
    accountId, customerPasswordInfo: { oldPassword: 'Not-The-Password-1', newPassword: 'Engine-No-22' } }))
  says(fault, 400, 'MISSING_OR_INVALID_PARAMETER')
  assert.equal(fault.apiError.message, 'Missing or invalid parameter: password ')
})

await check('7.1', 'changePassword tells why a password is refused', async () => {
  const fault = await refused(() => accounts.changePassword({
    accountId, customerPasswordInfo: { oldPassword: person.password, newPassword: 'a1' } }))
  says(fault, 400, 'MISSING_OR_INVALID_PARAMETER')
  assert.ok(JSON.parse(fault.apiError.additionalErrorData).some(({ name, value }) => name === 'Reason' && value === 'password_weak'))
})

async function lock(someone) {
  for (let i = 0; i < 10; i++) await refused(() => signIn(someone, 'Not-The-Password-1'))
}

await check('6.1', 'changePassword with unlockAccount lets a locked shopper back in', async () => {
  const someone = newPerson()
  const { customerAccount: { id } } = await register(someone)
  await lock(someone)
  says(await refused(() => signIn(someone)), 401, 'INVALID_CREDENTIALS')
  await accounts.changePassword({
    accountId: id, unlockAccount: true, customerPasswordInfo: { oldPassword: someone.password, newPassword: 'Engine-No-22' } })
  assert.ok(await signIn(someone, 'Engine-No-22'))
})

await check('6.1', 'changePassword by mozu-node-sdk, with empty parameters', async () => {
  const someone = newPerson()
  const { customerAccount: { id } } = await register(someone)
  await older.changePassword({ accountId: id }, { body: { oldPassword: someone.password, newPassword: 'Engine-No-22' } })
  assert.ok(await signIn(someone, 'Engine-No-22'))
})

await check('6.1', 'changePasswords sets each by itself', async () => {
  const someone = newPerson()
  const old = await register(someone)
  const { id } = old.customerAccount
  const result = await accounts.changePasswords({ accountPasswordInfoCollection: { totalCount: 2, items: [
    { accountId: 2_000_000_000, passwordInfo: { newPassword: 'Engine-No-22' } },
    { accountId: id, unlockAccount: false, passwordInfo: { newPassword: 'Engine-No-22' } },
  ] } })
  assert.equal(result.totalCount, 2)
  assert.equal(result.items[0].succeeded, false)
  assert.match(result.items[0].errorMessage, /^Item not found/)
  assert.deepEqual(result.items[1], { accountId: id, succeeded: true, errorMessage: null })
  await isEnded(old)
  assert.ok(await signIn(someone, 'Engine-No-22'))
  const again = await older.changePasswords({ items: [{ accountId: id, passwordInfo: { newPassword: 'Engine-No-23' } }] })
  assert.equal(again.items[0].succeeded, true)
})

await check('6.1', 'the three login states are one', async () => {
  const someone = newPerson()
  const { customerAccount: { id }, userId } = await register(someone)
  await refused(() => signIn(someone, 'Not-The-Password-1'))
  const state = await accounts.getLoginState({ accountId: id })
  assert.equal(state.isLocked, false)
  assert.equal(state.isPasswordChangeRequired, false)
  assert.equal(state.failedLoginAttemptCount, 1)
  assert.equal(state.remainingLoginAttempts, 9)
  assert.match(state.firstFailedLoginAttemptOn, utcWithFraction)
  assert.match(state.createdOn, utcWithFraction)
  assert.equal(state.lastLockedOn, null)
  assert.deepEqual(await accounts.getLoginState({ accountId: id, userId }), state)
  assert.deepEqual(await accounts.getLoginStateByUserName({ userName: someone.account.userName }), state)
  assert.deepEqual(await accounts.getLoginStateByEmailAddress({ emailAddress: someone.account.emailAddress }), state)
  const read = await older.getLoginStateByUserName({ userName: someone.account.userName })
  assert.equal(read.failedLoginAttemptCount, 1)
  assert.ok(read.createdOn instanceof Date)
  assert.equal((await older.getLoginStateByEmailAddress({ emailAddress: someone.account.emailAddress })).failedLoginAttemptCount, 1)
  assert.equal((await older.getLoginState({ accountId: id })).failedLoginAttemptCount, 1)
  says(await refused(() => accounts.getLoginStateByUserName({ userName: 'nobody at all' })), 404, 'ITEM_NOT_FOUND')
})

await check('6.1', 'setLoginLocked with true ends the tickets; without a body it lets the shopper back in', async () => {
  const someone = newPerson()
  const old = await register(someone)
  const { id } = old.customerAccount
  await accounts.setLoginLocked({ accountId: id, body: true })
  await isEnded(old)
  says(await refused(() => signIn(someone)), 401, 'INVALID_CREDENTIALS')
  assert.equal((await accounts.getLoginState({ accountId: id })).isLocked, true)
  assert.equal((await accounts.getAccount({ accountId: id })).isLocked, true)
  await accounts.setLoginLocked({ accountId: id })
  assert.ok(await signIn(someone))
  await isEnded(old)
  await accounts.setLoginLocked({ accountId: id, body: true })
  await accounts.setLoginLocked({ accountId: id, body: false })
  assert.ok(await signIn(someone))
})

await check('10', 'setLoginLocked by mozu-node-sdk without its body option unlocks, a lock by failures too', async () => {
  const someone = newPerson()
  const { customerAccount: { id } } = await register(someone)
  await lock(someone)
  assert.equal((await older.getLoginState({ accountId: id })).isLocked, true)
  await older.setLoginLocked({ accountId: id })
  assert.ok(await signIn(someone))
})

await check('6.1', 'setPasswordChangeRequired: sign-in is 403 until the password has changed', async () => {
  const someone = newPerson()
  const { customerAccount: { id } } = await register(someone)
  await accounts.setPasswordChangeRequired({ accountId: id, body: true })
  const fault = await refused(() => signIn(someone))
  says(fault, 403, 'FORBIDDEN')
  assert.ok(JSON.parse(fault.apiError.additionalErrorData).some(({ name }) => name === 'PasswordChangeRequired'))
  await older.setPasswordChangeRequired({ accountId: id })
  assert.ok(await signIn(someone))
  await accounts.setPasswordChangeRequired({ accountId: id, body: true })
  await accounts.changePassword({ accountId: id, customerPasswordInfo: { oldPassword: someone.password, newPassword: 'Engine-No-22' } })
  assert.ok(await signIn(someone, 'Engine-No-22'))
})

await check('6.1', 'DisableAccount ends the tickets, EnableAccount lets the shopper sign in again', async () => {
  const someone = newPerson()
  const old = await register(someone)
  const { id } = old.customerAccount
  const disabled = await plainly('POST', `/${id}/action`, '{"actionName":"DisableAccount"}')
  assert.equal(disabled.status, 200, disabled.text)
  assert.equal(disabled.json.isActive, false)
  await isEnded(old)
  says(await refused(() => signIn(someone)), 401, 'INVALID_CREDENTIALS')
  const enabled = await plainly('POST', `/${id}/action`, '{"actionName":"enableaccount"}')
  assert.equal(enabled.json.isActive, true)
  assert.ok(await signIn(someone))
  await isEnded(old)
})

await check('6.1', 'deleteAccount ends the tickets and frees the names', async () => {
  const someone = newPerson()
  const old = await register(someone)
  await accounts.deleteAccount({ accountId: old.customerAccount.id })
  await isEnded(old)
  says(await refused(() => accounts.getAccount({ accountId: old.customerAccount.id })), 404, 'ITEM_NOT_FOUND')
  const again = await register(someone)
  assert.notEqual(again.customerAccount.id, old.customerAccount.id)
  await older.deleteAccount({ accountId: again.customerAccount.id })
  await isEnded(again)
})

await check('11.1', 'every answer with a body is JSON in UTF-8, and every answer carries x-vol-correlation', everyAnswerWithABodyIsJsonWithCorrelation)
