// SPDX-License-Identifier: MIT
// A forgotten password: asked for, read from the mail, and set anew with @kibocommerce/rest-sdk, as a storefront's page does it;
// asked for with the older mozu-node-sdk too, which has no call for the rest (kibo 6.1, 6.3; RS1, RS3, OC10, docs/security.md).
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { check, hex32, newPerson, refused, safeInUrl, shop } from './check.mjs'
import { mailed } from './mail.mjs'
import { as, everyAnswerWithABodyIsJsonWithCorrelation, openStore } from './store.mjs'

const { accounts, tickets } = openStore()
const person = newPerson()
const email = person.account.emailAddress
const registered = await accounts.addAccountAndLogin({ customerAccountAndAuthInfo: person })
const signIn = (password) => tickets.createUserAuthTicket({ customerUserAuthInfo: { username: email, password } })
const forgotten = (customerResetPasswordInfo = { emailAddress: email }) => accounts.resetPassword({ customerResetPasswordInfo })
const update = (confirmationCode, newPassword, userName = email) =>
  accounts.updateForgottenPassword({ confirmationInfo: { userName, confirmationCode, newPassword } })

async function link() {
  const mail = await mailed(email, (subject) => subject.startsWith('Choose a new password'))
  const address = new URL(/^https?:\S+\/reset\?\S+$/m.exec(mail.text)[0])
  assert.ok(mail.html.includes(address.href.replaceAll('&', '&amp;')), 'the link stands in both parts')
  assert.deepEqual([...address.searchParams.keys()], ['t', 'u'])
  return { address, token: address.searchParams.get('t'), user: address.searchParams.get('u') }
}
async function wrong(call, status = 400, code = 'MISSING_OR_INVALID_PARAMETER') {
  const { response, apiError } = await refused(call)
  assert.equal(response.status, status)
  assert.equal(apiError.errorCode, code)
  return apiError
}

const older = await check('6.3', 'resetPassword mails a link with a URL-safe token and the user id, to the realm\'s own address', async () => {
  assert.equal(await forgotten(), undefined)
  const sent = await link()
  assert.match(sent.token, safeInUrl)
  assert.ok(sent.token.length >= 43, 'of 256 bits (RS1)')
  assert.match(sent.user, hex32)
  assert.equal(sent.user, registered.userId)
  assert.equal(sent.address.origin, shop.url)
  return sent
})

const newest = await check('6.1', 'resetPassword by user name mails a newer link', async () => {
  await forgotten({ userName: person.account.userName })
  const sent = await link()
  assert.notEqual(sent.token, older.token)
  return sent
})

await check('6.3', 'the page that the link leads to is there, and looking at it uses nothing up (OC10)', async () => {
  for (let i = 0; i < 2; ++i) {
    const page = await fetch(newest.address)
    assert.equal(page.status, 200)
    assert.match(page.headers.get('content-type'), /^text\/html/)
    assert.match(await page.text(), /type="password"/)
  }
})

const userName = await check('6.3', 'the account is found by the link\'s user id', async () => {
  const { items } = await accounts.getAccounts({ filter: `userId eq ${newest.user}` })
  assert.deepEqual(items.map(({ id }) => id), [registered.customerAccount.id])
  return items[0].userName
})

const password = 'Difference-Engine-2'
await check('7.2', 'a wrong confirmation code is 400, and so are the older link and the one of somebody else', async () => {
  await wrong(() => update('x'.repeat(43), password))
  await wrong(() => update(older.token, password))
  const other = newPerson()
  await accounts.addAccountAndLogin({ customerAccountAndAuthInfo: other })
  await wrong(() => update(newest.token, password, other.account.userName))
})

await check('7.2', 'a weak password is refused in the words that themes compare, and leaves the link good', async () => {
  const { message } = await wrong(() => update(newest.token, 'a1'))
  assert.equal(message,
    'Missing or invalid parameter: password Password must be a minimum of 6 characters with at least 1 number and 1 alphabetic character')
})

await check('6.3', 'updateForgottenPassword sets the password, ends the tickets and lets a locked shopper back in', async () => {
  const open = await signIn(person.password)
  for (let i = 0; i < 10; ++i) await refused(() => signIn('Not-The-Password-1'))
  await wrong(() => signIn(person.password), 401, 'INVALID_CREDENTIALS') // locked
  assert.equal((await accounts.getLoginState({ accountId: registered.customerAccount.id })).isLocked, true)
  assert.equal(await update(newest.token, password, userName), undefined)
  await wrong(() => accounts.getCurrentAccount({}, as(open)), 401, 'INVALID_ACCESS_TOKEN')
  await wrong(() => tickets.refreshUserAuthTicket({ refreshToken: open.refreshToken }), 404, 'ITEM_NOT_FOUND')
  assert.equal((await signIn(password)).userId, registered.userId)
  await wrong(() => signIn(person.password), 401, 'INVALID_CREDENTIALS')
})

await check('6.3', 'a link is good for one password (RS1)', () => wrong(() => update(newest.token, 'Difference-Engine-3')))

await check('6.3', 'and a notice tells the shopper (RS8)', async () => {
  const { text } = await mailed(email, (subject) => /password/i.test(subject))
  assert.ok(!text.includes(newest.token) && !text.includes(password))
})

await check('6.1', 'resetPassword by mozu-node-sdk mails a link as well', async () => {
  process.env.KIBO_API_HOST = process.env.KIBO_API_BASE_URL = `${shop.url}/`
  Object.assign(process.env, { KIBO_CLIENT_ID: shop.clientId, KIBO_SHARED_SECRET: shop.sharedSecret, KIBO_TENANT: shop.tenant, KIBO_SITE: shop.site })
  const require = createRequire(import.meta.url)
  const older = require('mozu-node-sdk/clients/commerce/customer/customerAccount')(require('mozu-node-sdk').client())
  await older.resetPassword({}, { body: { emailAddress: email } })
  await update((await link()).token, 'Difference-Engine-4')
  assert.equal((await signIn('Difference-Engine-4')).userId, registered.userId)
})

await check('7.2', 'resetPassword without an identifier is 400 in the words that themes compare; an unknown one gets the same empty answer', async () => {
  const { message } = await wrong(() => forgotten({}))
  assert.equal(message, 'Missing or invalid parameter: resetPasswordInfo UserName or EmailAddress must be provided')
  assert.equal(await forgotten({ emailAddress: newPerson().account.emailAddress }), undefined)
})

await check('11.1', 'every answer with a body is JSON in UTF-8, and every answer carries x-vol-correlation', everyAnswerWithABodyIsJsonWithCorrelation)
