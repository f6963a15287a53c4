// SPDX-License-Identifier: MIT
// The shop's general settings with @kibocommerce/rest-sdk's Settings client (kibo 4.6): which sign-ins ask for a code and
// which mails go out. Everything is put back at the end.
import assert from 'node:assert/strict'
import { GeneralSettingsApi } from '@kibocommerce/rest-sdk/clients/Settings/index.js'
import { check, newPerson, refused } from './check.mjs'
import { as, everyAnswerIsJsonWithCorrelation, openStore } from './store.mjs'

const { accounts, configuration } = openStore()
const settings = new GeneralSettingsApi(configuration)
const before = await settings.getGeneralSettings()

await check('4.6', 'getGeneralSettings has the four rules, the mail switches and the sender', async () => {
  for (const name of ['is2FAAlwaysRequired', 'is2FARequiredOnFingerprintChange', 'is2FARequiredOnRegionChange', 'isEmailOtpLoginAllowed']) {
    assert.equal(typeof before[name], 'boolean', name)
  }
  for (const set of ['supressedEmailTransactions', 'emailTransactionsOnlyOnRequest']) {
    for (const name of ['otpForLogin', 'shopperPasswordReset', 'shopperPasswordUpdated', 'shopperEmailUpdated', 'shopperLoginCreated',
      'accountCreated', 'accountInactive', 'accountDenied']) {
      assert.equal(typeof before[set][name], 'boolean', `${set}.${name}`)
    }
  }
  for (const name of ['senderEmailAddress', 'senderEmailAlias', 'replyToEmailAddress', 'bccEmailAddress']) assert.ok(name in before, name)
})

await check('4.6', 'updateGeneralSettings changes what it names and leaves the rest', async () => {
  const answer = await settings.updateGeneralSettings({
    generalSettings: {
      is2FARequiredOnRegionChange: true,
      senderEmailAlias: 'The Shop',
      supressedEmailTransactions: { accountDenied: true },
    },
  })
  assert.equal(answer.is2FARequiredOnRegionChange, true)
  assert.equal(answer.senderEmailAlias, 'The Shop')
  assert.equal(answer.supressedEmailTransactions.accountDenied, true)
  assert.equal(answer.isEmailOtpLoginAllowed, before.isEmailOtpLoginAllowed)
  assert.deepEqual(await settings.getGeneralSettings(), answer)
})

await check('4.6', 'what was read can be put back as it is, and undoes the change', async () => {
  await settings.updateGeneralSettings({ generalSettings: { ...before, senderEmailAlias: before.senderEmailAlias ?? '' } })
  assert.deepEqual(await settings.getGeneralSettings(), before)
})

await check('5', 'responseFields reduces the settings', async () => {
  assert.deepEqual(Object.keys(await settings.getGeneralSettings({ responseFields: 'isEmailOtpLoginAllowed' })), ['isEmailOtpLoginAllowed'])
})

await check('4.6', 'a switch that is no boolean is 400, and user claims may not change settings', async () => {
  const fault = await refused(() => settings.updateGeneralSettings({ generalSettings: { isEmailOtpLoginAllowed: 'yes' } }))
  assert.match(JSON.stringify(fault, Object.getOwnPropertyNames(fault)), /isEmailOtpLoginAllowed/)
  const shopper = await accounts.addAccountAndLogin({ customerAccountAndAuthInfo: newPerson() })
  const forbidden = await refused(() => settings.updateGeneralSettings({ generalSettings: { isEmailOtpLoginAllowed: true } }, as(shopper)))
  assert.match(JSON.stringify(forbidden, Object.getOwnPropertyNames(forbidden)), /does not permit/)
  assert.deepEqual(await settings.getGeneralSettings(), before)
})

await check('11.1', 'every answer so far is JSON in UTF-8 and carries x-vol-correlation', everyAnswerIsJsonWithCorrelation)
