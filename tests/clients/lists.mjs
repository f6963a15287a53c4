// SPDX-License-Identifier: MIT
// A merchant finds customers: lists with filter, order and paging, the audit log and the customer sets, with
// @kibocommerce/rest-sdk (kibo 6.1, 6.2, 10).
import assert from 'node:assert/strict'
import { CustomerSetApi } from '@kibocommerce/rest-sdk/clients/Customer/index.js'
import { check, newPerson, refused, utcWithFraction } from './check.mjs'
import { as, everyAnswerIsJsonWithCorrelation, openStore } from './store.mjs'

const { accounts, configuration } = openStore()
const sets = new CustomerSetApi(configuration)
const person = newPerson()
const company = `Analytical Society ${person.account.emailAddress.slice(4, 20)}` // of this run alone

const registered = await accounts.addAccountAndLogin({ customerAccountAndAuthInfo: { ...person, account: { ...person.account, companyOrOrganization: company } } })
const added = []
for (const lastName of ["O'Neill", 'Somerville', 'Lovelace']) {
  const { account } = newPerson()
  added.push(await accounts.addAccount({ customerAccount: { ...account, userName: undefined, lastName, companyOrOrganization: company } }))
}
const mine = `companyOrOrganization eq ${company}`
const ids = ({ items }) => items.map(({ id }) => id)

await check('6.1', 'getAccounts finds a shopper by e-mail address', async () => {
  const found = await accounts.getAccounts({ filter: `emailAddress eq ${person.account.emailAddress}` })
  assert.deepEqual(ids(found), [registered.customerAccount.id])
  assert.equal(found.totalCount, 1)
  assert.equal(found.pageCount, 1)
  assert.equal(found.pageSize, 20)
  assert.equal(found.startIndex, 0)
})

await check('6.1', 'getAccounts finds a shopper by userId, as the page behind a reset link does', async () => {
  const { items: [account] } = await accounts.getAccounts({ filter: `userId eq ${registered.userId}` })
  assert.equal(account.userName, person.account.userName)
})

await check('6.2', 'conditions joined by and, names in any letter case, values in quotes', async () => {
  assert.deepEqual(ids(await accounts.getAccounts({ filter: `lastname eq 'O''Neill' and ${mine}` })), [added[0].id])
  assert.deepEqual(ids(await accounts.getAccounts({ filter: `lastName cont love and ${mine}` })), [added[2].id])
  assert.deepEqual(ids(await accounts.getAccounts({ filter: `id in [${added[1].id},${added[0].id}] and isActive eq true` })), [added[0].id, added[1].id])
})

await check('6.2', 'sortBy and paging', async () => {
  const byName = await accounts.getAccounts({ filter: mine, sortBy: 'lastName desc', isAnonymous: true })
  assert.deepEqual(ids(byName), [added[1].id, added[0].id, added[2].id])
  const second = await accounts.getAccounts({ filter: mine, sortBy: 'id desc', startIndex: 2, pageSize: 2 })
  assert.deepEqual(ids(second), [added[0].id, registered.customerAccount.id])
  assert.equal(second.totalCount, 4)
  assert.equal(second.pageCount, 2)
})

await check('6.2', 'q and qLimit search addresses and names', async () => {
  assert.deepEqual(ids(await accounts.getAccounts({ q: `${added[1].emailAddress.toUpperCase()} some` })), [added[1].id])
  assert.equal((await accounts.getAccounts({ q: 'ada', qLimit: 2 })).totalCount, 2)
})

await check('6.2', 'without conditions all are counted', async () => {
  const all = await accounts.getAccounts({ pageSize: 1 })
  assert.equal(all.items.length, 1)
  assert.ok(all.totalCount >= 4)
})

await check('6.2', 'an unknown member, operator or page is 400 and named', async () => {
  for (const [query, name] of [[{ filter: 'nosuch eq 1' }, 'filter'], [{ filter: 'id like 1' }, 'filter'], [{ sortBy: 'nosuch' }, 'sortBy'],
    [{ pageSize: 201 }, 'pageSize'], [{ startIndex: 10001 }, 'startIndex']]) {
    const fault = await refused(() => accounts.getAccounts(query))
    assert.match(JSON.stringify(fault, Object.getOwnPropertyNames(fault)), new RegExp(name))
  }
})

await check('6.1', 'user claims confine the list to their own account', async () => {
  assert.deepEqual(ids(await accounts.getAccounts({ filter: mine }, as(registered))), [registered.customerAccount.id])
})

await check('6.1', 'getAccountAuditLog is a collection', async () => {
  const log = await accounts.getAccountAuditLog({ accountId: added[0].id, sortBy: 'entryDate desc', pageSize: 5 })
  assert.equal(log.pageSize, 5)
  assert.equal(typeof log.totalCount, 'number')
  for (const entry of log.items) {
    assert.equal(entry.customerAccountId, added[0].id)
    assert.match(entry.entryDate, utcWithFraction)
  }
})

await check('6.1', 'getCustomerSets has the default set, and getCustomerSet gives it', async () => {
  const { items, totalCount } = await sets.getCustomerSets()
  assert.equal(totalCount, 1)
  assert.equal(items[0].code, 'default')
  assert.equal(items[0].isDefault, true)
  assert.ok(items[0].aggregateInfo.customerCount >= 4)
  assert.equal((await sets.getCustomerSet({ code: 'default' })).code, 'default')
})

await check('11.1', 'every answer so far is JSON in UTF-8 and carries x-vol-correlation', everyAnswerIsJsonWithCorrelation)
