// SPDX-License-Identifier: MIT
// responseFields shapes answers (kibo 5): each form of the table, sent by the SDK.
import assert from 'node:assert/strict'
import { check, newPerson } from './check.mjs'
import { as, openStore } from './store.mjs'

const { accounts, tickets } = openStore()
const person = newPerson()
const whole = await accounts.addAccountAndLogin({ customerAccountAndAuthInfo: person })
const customerUserAuthInfo = { username: person.account.userName, password: person.password }
const signIn = (responseFields) => tickets.createUserAuthTicket({ customerUserAuthInfo, responseFields })
const members = (value) => Object.keys(value).sort()

await check('5', 'empty means everything', async () => {
  assert.deepEqual(members(await signIn('')), members(whole))
})

await check('5', 'one member', async () => {
  assert.deepEqual(await signIn('userId'), { userId: whole.userId })
})

await check('5', 'several members', async () => {
  assert.deepEqual(members(await signIn('userId,accessToken')), ['accessToken', 'userId'])
})

await check('5', 'a nested object is reduced to what is named', async () => {
  assert.deepEqual(await signIn('userId,customerAccount(id,emailAddress)'), {
    userId: whole.userId,
    customerAccount: { id: whole.customerAccount.id, emailAddress: person.account.emailAddress },
  })
})

await check('5', 'deeper: an object within an object', async () => {
  const account = await accounts.getCurrentAccount({ responseFields: 'id,auditInfo(createDate)' }, as(whole))
  assert.deepEqual(members(account), ['auditInfo', 'id'])
  assert.deepEqual(members(account.auditInfo), ['createDate'])
})

await check('5', 'exclusion: everything but the one member', async () => {
  const ticket = await signIn('-customerAccount')
  assert.deepEqual(members(ticket), members(whole).filter((name) => name !== 'customerAccount'))
})

await check('5', 'an unknown name is ignored', async () => {
  assert.deepEqual(members(await signIn('userId,nosuch')), ['userId'])
})

await check('5', 'letter case does not matter', async () => {
  assert.deepEqual(await signIn('USERID'), { userId: whole.userId })
})

await check('5', 'it shapes refresh, guest tickets and accounts alike', async () => {
  assert.deepEqual(members(await tickets.refreshUserAuthTicket({ refreshToken: whole.refreshToken, responseFields: 'userId,refreshToken' })), ['refreshToken', 'userId'])
  assert.deepEqual(members(await tickets.createAnonymousShopperAuthTicket({ responseFields: 'userId' })), ['userId'])
  assert.deepEqual(await accounts.getAccount({ accountId: whole.customerAccount.id, responseFields: 'id,firstName' }), { id: whole.customerAccount.id, firstName: 'Ada' })
})

await check('5', 'lists within an account are reduced element by element', async () => {
  const { account, password } = newPerson()
  const contacts = [
    { email: account.emailAddress, firstName: 'Ada', address: { address1: '12 St James Square', cityOrTown: 'London', countryCode: 'GB' } },
    { email: 'second@example.com', firstName: 'Augusta', address: { cityOrTown: 'Ockham', countryCode: 'GB' } },
  ]
  const ticket = await accounts.addAccountAndLogin({
    customerAccountAndAuthInfo: { account: { ...account, contacts }, password },
    responseFields: 'accessToken,customerAccount(contacts(email,address(countryCode)))',
  })
  assert.deepEqual(ticket.customerAccount, {
    contacts: contacts.map(({ email }) => ({ email, address: { countryCode: 'GB' } })),
  })
})
