// SPDX-License-Identifier: MIT
// The second step by code, with @kibocommerce/rest-sdk: what the shop's rules ask for, the ticket that waits for it, codes by mail
// and SMS, and a step-up before checkout (kibo 4.1, 4.4 to 4.6; X15, X16, TK7; docs/kibo.md, docs/security.md).
import assert from 'node:assert/strict'
import { GeneralSettingsApi } from '@kibocommerce/rest-sdk/clients/Settings/index.js'
import { about, check, claimsOf, command, newPerson, ours, refused } from './check.mjs'
import { another, mailedCode, textedCode } from './mail.mjs'
import { as, everyAnswerWithABodyIsJsonWithCorrelation, openStore } from './store.mjs'

let { accounts, configuration, tickets } = openStore()
const settings = new GeneralSettingsApi(configuration)
const before = await settings.getGeneralSettings()
const off = { is2FAAlwaysRequired: false, is2FARequiredOnFingerprintChange: false, is2FARequiredOnRegionChange: false }
async function rules(generalSettings) {
  await settings.updateGeneralSettings({ generalSettings: { ...off, ...generalSettings } })
  ;({ accounts, tickets } = openStore()) // the server believes for a second what it knows of a shop; a new token makes it look
}
const person = newPerson()
const email = person.account.emailAddress
await rules({})
const registered = await accounts.addAccountAndLogin({ customerAccountAndAuthInfo: person })
const { userId } = registered

const signIn = (more = {}) => tickets.createUserAuthTicket({ customerUserAuthInfo: { username: email, password: person.password, ...more } })
const ask = (ticket) => tickets.generateAndSend2faOtp({}, as(ticket))
const enter = (ticket, otpCode) => tickets.validate2FAAndCreateAuthTicket({ authTicket2FAInfo: { userId, otpCode } }, as(ticket))
const userClaims = (ticket) => claimsOf(ticket.jwtAccessToken).claims['https://www.kibocommerce.com/user_claims']

function isPending(ticket, factor = 'email') {
  assert.equal(ticket.userId, userId)
  assert.equal(ticket.requires2FA, true)
  assert.equal(ticket.requires2fa, true)
  assert.equal(ticket.secondFactor, factor)
  assert.equal(ticket.customerAccount, null)
  assert.equal(userClaims(ticket).requires2fa, 'true')
}
function isFull(ticket) {
  assert.equal(ticket.userId, userId)
  assert.equal(ticket.requires2FA, false)
  assert.equal(ticket.requires2fa, false)
  assert.equal(ticket.customerAccount.id, registered.customerAccount.id)
  assert.equal(userClaims(ticket).requires2fa, 'false')
}
async function status(expected, call) {
  const { response, apiError } = await refused(call)
  assert.equal(response.status, expected)
  return apiError
}
async function wrong(call) {
  const apiError = await status(401, call)
  assert.equal(apiError.errorCode, 'INVALID_CREDENTIALS')
  assert.deepEqual(JSON.parse(apiError.additionalErrorData), [{ name: 'requires2fa', value: 'true' }])
}
async function pass(ticket) {
  assert.equal(await ask(ticket), undefined)
  return enter(ticket, await mailedCode(email))
}

await check('4.6', 'without a rule the password is enough', async () => isFull(await signIn()))

const waiting = await check('4.5', 'is2FAAlwaysRequired: the ticket of a password is pending and says so, in the body and in the claims', async () => {
  await rules({ is2FAAlwaysRequired: true })
  const ticket = await signIn()
  isPending(ticket)
  return ticket
})

await check('4.5', 'a pending ticket reads no account and changes none (TK7)', async () => {
  const { id } = registered.customerAccount
  await status(401, () => accounts.getCurrentAccount({}, as(waiting)))
  await status(401, () => accounts.updateAccount({ accountId: id, customerAccount: { ...person.account, firstName: 'Eve' } }, as(waiting)))
  await status(401, () => accounts.changePassword(
    { accountId: id, customerPasswordInfo: { oldPassword: person.password, newPassword: 'Engine-No-77' } }, as(waiting)))
})

const still = await check('4.5', 'a pending ticket that is refreshed stays pending', async () => {
  const ticket = await tickets.refreshUserAuthTicket({ refreshToken: waiting.refreshToken })
  isPending(ticket)
  await status(401, () => accounts.getCurrentAccount({}, as(ticket)))
  return ticket
})

await check('4.6', 'generateAndSend2faOtp, without a body, mails a code; a wrong one is 401 with requires2fa, the right one makes a full ticket', async () => {
  assert.equal(await ask(still), undefined)
  const code = await mailedCode(email)
  await wrong(() => enter(still, another(code)))
  const ticket = await enter(still, code)
  isFull(ticket)
  about(Date.parse(ticket.customerAccount.last2FaDate), Date.now())
  assert.equal((await accounts.getCurrentAccount({}, as(ticket))).id, registered.customerAccount.id)
  // Used once, and the pending ticket went with it.
  await wrong(() => tickets.validate2FAAndCreateAuthTicket({ authTicket2FAInfo: { userId, otpCode: code } }))
  await status(401, () => enter(still, code))
  await status(401, () => ask(still))
})

await check('4.6', 'the user id alone names the one pending sign-in, in a body that an override adds', async () => {
  const ticket = await signIn()
  isPending(ticket)
  await tickets.generateAndSend2faOtp({}, { body: { userId } })
  isFull(await tickets.validate2FAAndCreateAuthTicket({ authTicket2FAInfo: { userId, otpCode: await mailedCode(email) } }))
})

await check('4.6', 'neither user claims nor a user id is 400', async () => {
  const apiError = await status(400, () => tickets.generateAndSend2faOtp())
  assert.equal(apiError.errorCode, 'MISSING_OR_INVALID_PARAMETER')
})

await check('4.6', 'a code without a pending sign-in is a wrong one (X16)', () =>
  wrong(() => tickets.validate2FAAndCreateAuthTicket({ authTicket2FAInfo: { userId, otpCode: '123456' } })))

await check('4.6', 'is2FARequiredOnFingerprintChange: a fingerprint that was shown with a code asks no more, any other does', async () => {
  await rules({ is2FARequiredOnFingerprintChange: true })
  const first = await signIn({ fingerprint: 'phone', region: 'DE-BE' })
  isPending(first) // none stored counts as a change
  isPending(await signIn({ fingerprint: 'phone', region: 'DE-BE' }))
  isFull(await pass(first))
  isFull(await signIn({ fingerprint: 'phone' }))
  isPending(await signIn({ fingerprint: 'laptop' }))
  isPending(await signIn())
})

await check('4.6', 'is2FARequiredOnRegionChange: the last region that was shown with a code asks no more, any other does', async () => {
  await rules({ is2FARequiredOnRegionChange: true })
  isFull(await signIn({ fingerprint: 'laptop', region: 'DE-BE' }))
  const elsewhere = await signIn({ fingerprint: 'phone', region: 'US-TX' })
  isPending(elsewhere)
  isFull(await pass(elsewhere))
  isFull(await signIn({ region: 'US-TX' }))
  isPending(await signIn({ region: 'DE-BE' }))
})

await check('4.6', 'the two combine: either change asks; and is2FAAlwaysRequired disables both', async () => {
  await rules({ is2FARequiredOnFingerprintChange: true, is2FARequiredOnRegionChange: true })
  isFull(await signIn({ fingerprint: 'phone', region: 'US-TX' }))
  isPending(await signIn({ fingerprint: 'tablet', region: 'US-TX' }))
  isPending(await signIn({ fingerprint: 'phone', region: 'FR-IDF' }))
  await rules({ is2FAAlwaysRequired: true, is2FARequiredOnFingerprintChange: true, is2FARequiredOnRegionChange: true })
  isPending(await signIn({ fingerprint: 'phone', region: 'US-TX' }))
})

await check('4.6', 'step-up: a full ticket shows a code before checkout; claims and account say when each factor was shown', async () => {
  await rules({})
  const ticket = await signIn()
  isFull(ticket)
  const shown = userClaims(ticket).factors
  assert.deepEqual(Object.keys(shown), ['password'])
  about(shown.password * 1000, Date.now())
  assert.equal((await accounts.getCurrentAccount({}, as(ticket))).factorsShown.email, null)
  const stepped = await pass(ticket)
  isFull(stepped)
  const { password, email: byMail, sms } = userClaims(stepped).factors
  assert.equal(password, shown.password)
  assert.ok(byMail >= password)
  about(byMail * 1000, Date.now())
  assert.equal(sms, undefined)
  assert.equal(claimsOf(stepped.jwtAccessToken).claims.sid, claimsOf(ticket.jwtAccessToken).claims.sid)
  const { factorsShown } = await accounts.getCurrentAccount({}, as(stepped))
  assert.equal(Math.floor(Date.parse(factorsShown.password) / 1000), password)
  assert.equal(Math.floor(Date.parse(factorsShown.email) / 1000), byMail)
  assert.equal(factorsShown.sms, null)
  await status(401, () => accounts.getCurrentAccount({}, as(ticket))) // its place was taken
})

if (ours) {
  const number = '+491713920012'
  const login = (verb, ...words) => command('login', verb, '--realm', 'demo', ...words)
  await check('4.6', 'a user with the method sms is asked without any rule, and the code comes by SMS', async () => {
    login('set-phone', '--verified', email, number)
    login('set-method', email, 'sms')
    const ticket = await signIn()
    isPending(ticket, 'sms')
    assert.equal(userClaims(ticket).secondFactor, 'sms')
    assert.equal(await ask(ticket), undefined)
    const code = await textedCode(number)
    await wrong(() => enter(ticket, another(code)))
    const full = await enter(ticket, code)
    isFull(full)
    assert.deepEqual(Object.keys(userClaims(full).factors), ['password', 'sms'])
    assert.equal((await accounts.getCurrentAccount({}, as(full))).factorsShown.email, null)
  })

  await check('4.6', 'a mailed code does not stand in for the SMS (X15)', async () => {
    await rules({ isEmailOtpLoginAllowed: true })
    await tickets.generateAndSendOtp({ otpRequest: { email } })
    isPending(await tickets.validateOtpAndCreateAuthTicket({ authTicketOtpInfo: { email, otpCode: await mailedCode(email) } }), 'sms')
  })
}

const names = [...Object.keys(off), 'isEmailOtpLoginAllowed']
await settings.updateGeneralSettings({ generalSettings: Object.fromEntries(names.map((name) => [name, before[name]])) })
await check('11.1', 'every answer with a body is JSON in UTF-8, and every answer carries x-vol-correlation', everyAnswerWithABodyIsJsonWithCorrelation)
