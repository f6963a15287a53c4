// SPDX-License-Identifier: MIT
// Signing in by a mailed code alone, with @kibocommerce/rest-sdk: asked for and entered by its own calls, and read from the mail
// that left (kibo 4.1, 4.2, 4.6; docs/kibo.md).
import assert from 'node:assert/strict'
import { GeneralSettingsApi } from '@kibocommerce/rest-sdk/clients/Settings/index.js'
import { about, check, claimsOf, newPerson, refused } from './check.mjs'
import { another, mailed, mailedCode } from './mail.mjs'
import { as, everyAnswerWithABodyIsJsonWithCorrelation, openStore } from './store.mjs'

let { accounts, configuration, tickets } = openStore()
const settings = new GeneralSettingsApi(configuration)
const before = await settings.getGeneralSettings()
async function set(generalSettings) {
  await settings.updateGeneralSettings({ generalSettings })
  ;({ accounts, tickets } = openStore()) // the server believes for a second what it knows of a shop; a new token makes it look
}
const person = newPerson()
const email = person.account.emailAddress
const registered = await accounts.addAccountAndLogin({ customerAccountAndAuthInfo: person })
const ask = (otpRequest = { email }) => tickets.generateAndSendOtp({ otpRequest })
const enter = (otpCode, more = { email }) => tickets.validateOtpAndCreateAuthTicket({ authTicketOtpInfo: { ...more, otpCode } })

// kibo 4.5 and 7.2: what every code that is not right gets.
async function wrong(call) {
  const { response, apiError } = await refused(call)
  assert.equal(response.status, 401)
  assert.equal(apiError.errorCode, 'INVALID_CREDENTIALS')
  assert.deepEqual(JSON.parse(apiError.additionalErrorData), [{ name: 'requires2fa', value: 'true' }])
}

await check('4.6', 'a shop that does not allow sign-in by code refuses both calls', async () => {
  await set({ isEmailOtpLoginAllowed: false })
  assert.equal((await refused(() => ask())).response.status, 403)
  assert.equal((await refused(() => enter('123456'))).response.status, 403)
  await set({ isEmailOtpLoginAllowed: true })
})

const code = await check('4.6', 'generateAndSendOtp mails six digits to the stored address, from the shop, in text and HTML', async () => {
  assert.equal(await ask(), undefined)
  const mail = await mailed(email, (subject) => /^\d{6} /.test(subject))
  const found = mail.headers.subject.slice(0, 6)
  assert.match(mail.text, new RegExp(`^${found} is your code`))
  assert.ok(mail.html.includes(`>${found}<`))
  assert.match(mail.text, /3 minutes/)
  assert.match(mail.headers.from, /<[^@<>]+@[^@<>]+>$/)
  assert.equal(mail.headers['auto-submitted'], 'auto-generated')
  about(Date.parse(mail.headers.date), Date.now())
  return found
})

await check('4.6', 'a wrong code is 401 with requires2fa, and so is the right one of somebody else', async () => {
  await wrong(() => enter(another(code)))
  const other = newPerson()
  await accounts.addAccountAndLogin({ customerAccountAndAuthInfo: other })
  await wrong(() => enter(code, { email: other.account.emailAddress }))
})

const signedIn = await check('4.6', 'validateOtpAndCreateAuthTicket makes a full ticket of the right code', async () => {
  const ticket = await enter(code)
  assert.equal(ticket.userId, registered.userId)
  assert.equal(ticket.requires2FA, false)
  assert.equal(ticket.customerAccount.id, registered.customerAccount.id)
  assert.equal((await accounts.getCurrentAccount({}, as(ticket))).emailAddress, email)
  return ticket
})

await check('4.4', 'its claims say that a mailed code was shown, and no password', () => {
  const { iat, 'https://www.kibocommerce.com/user_claims': user } = claimsOf(signedIn.jwtAccessToken).claims
  assert.equal(user.requires2fa, 'false')
  assert.deepEqual(Object.keys(user.factors), ['email'])
  about(user.factors.email * 1000, iat * 1000)
})

await check('4.6', 'a code that was used is a wrong one', () => wrong(() => enter(code)))

await check('4.6', 'the third wrong entry voids the code, and a new one signs in', async () => {
  await ask()
  const voided = await mailedCode(email)
  for (let i = 0; i < 3; ++i) await wrong(() => enter(another(voided)))
  await wrong(() => enter(voided))
  await ask()
  const ticket = await enter(await mailedCode(email))
  assert.equal(ticket.requires2FA, false)
})

await check('4.6', 'a newer code ends the older one', async () => {
  await ask()
  const older = await mailedCode(email)
  await ask()
  const newer = await mailedCode(email)
  if (older !== newer) await wrong(() => enter(older))
  assert.equal((await enter(newer)).userId, registered.userId)
})

await check('4.2', 'the guide\'s bodies do it too: user, account, fingerprint and region beside', async () => {
  const userId = registered.userId
  await ask({ userId, email, fingerprint: 'browser-1', region: 'US-TX' })
  const ticket = await enter(await mailedCode(email), { userId, customerAccountId: registered.customerAccount.id, fingerprint: 'browser-1', region: 'US-TX' })
  assert.equal(ticket.userId, userId)
})

await check('4.6', 'an unknown address gets the same empty answer, and one that is missing is 400', async () => {
  assert.equal(await ask({ email: newPerson().account.emailAddress }), undefined)
  const { response, apiError } = await refused(() => ask({}))
  assert.equal(response.status, 400)
  assert.equal(apiError.errorCode, 'MISSING_OR_INVALID_PARAMETER')
})

await check('4.6', 'a mailed code meets the shop\'s second step by mail as well (X15)', async () => {
  await set({ is2FAAlwaysRequired: true })
  await ask()
  const ticket = await enter(await mailedCode(email))
  assert.equal(ticket.requires2FA, false)
  assert.equal((await accounts.getCurrentAccount({}, as(ticket))).userId, registered.userId)
})

await set({ isEmailOtpLoginAllowed: before.isEmailOtpLoginAllowed, is2FAAlwaysRequired: before.is2FAAlwaysRequired })
await check('11.1', 'every answer with a body is JSON in UTF-8, and every answer carries x-vol-correlation', everyAnswerWithABodyIsJsonWithCorrelation)
