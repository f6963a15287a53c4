// SPDX-License-Identifier: MIT
// The second step at the Elastic Path door, with @elasticpath/js-sdk and @moltin/sdk: their contract has none, so an exchange that owes
// one is refused with 403 and says how to go on (EP180 to EP184, docs/elasticpath.md).
import assert from 'node:assert/strict'
import { accountToken, addMember, check, everyAnswerIsJsonOrEmpty, gateways, open, refusal, store, time, token } from './elasticpath_store.mjs'
import { command } from './check.mjs'
import { another, mailedCode } from './mail.mjs'

const set = (name, value) => command('settings', 'set', '--realm', 'demo', name, value)
set('second_step.always', 'on')
await new Promise((told) => setTimeout(told, 1200)) // how long the server may believe what it knows of a realm (docs/words.md)

for (const name of Object.keys(gateways)) {
  const told = (sentence) => `${sentence} (${name})`
  const merchant = open(name, { secret: true })
  const member = await addMember(merchant.sdk)
  const { sdk, lines } = open(name, { retryDelay: 1, retryJitter: 1 })
  await sdk.AccountAuthenticationSettings.Get() // it has its bearer token now
  const exchange = (more) => sdk.AccountMembers.GenerateAccountToken({ type: token, ...more })
  const byPassword = { authentication_mechanism: 'password', password_profile_id: store.passwordProfileId, username: member.username, password: member.password }
  const owed = async () => (await refusal(() => exchange(byPassword), 403)).meta

  const first = await check('EP180', told('a right password is 403, once, with a handle, and a code is mailed'), async () => {
    lines()
    const { meta, detail } = await refusal(() => exchange(byPassword), 403)
    assert.deepEqual(lines(), ['POST /v2/account-members/tokens'], 'a 403 is not repeated')
    assert.match(detail, /^second_step_required/)
    assert.equal(meta.method, 'email')
    assert.ok(meta.destination.includes('@') && meta.destination !== member.email)
    assert.match(meta.expires, time)
    return { handle: meta.second_step_token, code: await mailedCode(member.email) }
  })

  await check('EP182', told('one mistyped code is one wrong entry, and the right one then signs in'), async () => {
    lines()
    await refusal(() => exchange({ authentication_mechanism: 'second_step', second_step_token: first.handle, code: another(first.code) }), 403)
    assert.deepEqual(lines(), ['POST /v2/account-members/tokens'], 'it is not repeated')
    const { data: [one], meta } = await exchange({ authentication_mechanism: 'second_step', second_step_token: first.handle, code: first.code })
    assert.equal(meta.account_member_id, member.id)
    const shopper = open(name, { headers: { [accountToken]: one.token } })
    assert.deepEqual((await shopper.sdk.AccountMembers.All()).data.map(({ id }) => id), [member.id])
  })

  await check('EP183', told('another code is sent when it is asked for, and the handle opens nothing else'), async () => {
    const { second_step_token } = await owed()
    await mailedCode(member.email)
    assert.equal(await exchange({ authentication_mechanism: 'second_step_code', second_step_token }), '{}')
    const code = await mailedCode(member.email)
    const pending = open(name, { fetchMaxAttempts: 1, headers: { [accountToken]: second_step_token } })
    await refusal(() => pending.sdk.AccountMembers.All(), 401)
    assert.equal((await exchange({ authentication_mechanism: 'second_step', second_step_token, code })).meta.account_member_id, member.id)
  })
}

set('second_step.always', 'off')
await check('EP16', 'every answer is JSON, or empty with neither type nor chunks', everyAnswerIsJsonOrEmpty)
