// SPDX-License-Identifier: MIT
// Web hooks as a merchant of Elastic Path looks after them, with the Integrations of @elasticpath/js-sdk and @moltin/sdk: made, changed,
// deleted, what was delivered and what was not, and a second attempt under the same id (section 12, docs/elasticpath.md).
import assert from 'node:assert/strict'
import { addMember, check, everyAnswerIsJsonOrEmpty, gateways, open, openReceiver, refusal, store, time, uuid } from './elasticpath_store.mjs'

const key = 'one-time-password-token-request.created'

for (const name of Object.keys(gateways)) {
  const told = (sentence) => `${sentence} (${name})`
  const { sdk, lines, last } = open(name, { secret: true })
  const { data: profile } = await sdk.PasswordProfile.Create(store.realmId,
    { data: { type: 'password_profile', name: `hooks of ${name}`, enable_one_time_password_token: true } })
  const member = await addMember(sdk, { profileId: profile.id })
  const hooks = process.env.SHOP_CONFIG ? await openReceiver() : undefined
  const url = hooks?.url ?? 'https://mailer.shop.example/otp'
  lines()

  const made = await check('EP253', told('Create adds the type, and tells what it has made'), async () => {
    const { data } = await sdk.Integrations.Create({ name: `codes of ${name}`, description: 'to the mailer', enabled: true, integration_type: 'webhook',
      observes: [key, 'user-authentication-info.updated'], configuration: { url, secret_key: 'known to both' } })
    assert.equal(last().status, 201)
    assert.equal(JSON.parse(last().body).data.type, 'integration')
    assert.deepEqual(lines(), ['POST /v2/integrations'])
    assert.match(data.id, uuid)
    assert.equal(data.type, 'integration')
    assert.equal(data.description, 'to the mailer')
    assert.equal(data.enabled, true)
    assert.deepEqual(data.observes, [key, 'user-authentication-info.updated'])
    assert.deepEqual(data.configuration, { url, secret_key: 'known to both' })
    assert.match(data.meta.timestamps.created_at, time)
    assert.deepEqual((await sdk.Integrations.Get(data.id)).data, data)
    assert.ok((await sdk.Integrations.Limit(100).All()).data.some(({ id }) => id === data.id))
    return data
  })

  await check('EP212', told('Update changes what it is given'), async () => {
    lines()
    const { data } = await sdk.Integrations.Update(made.id, { description: 'to the new mailer' })
    assert.deepEqual(lines(), [`PUT /v2/integrations/${made.id}`])
    assert.equal(data.description, 'to the new mailer')
    assert.deepEqual({ ...data, description: '', meta: null }, { ...made, description: '', meta: null })
  })

  await check('EP217', told('an unknown event, six of them, another kind and an address inside are refused'), async () => {
    const one = { name: 'x', enabled: true, integration_type: 'webhook', observes: [key], configuration: { url } }
    await refusal(() => sdk.Integrations.Create({ ...one, observes: ['order.created'] }), 422)
    await refusal(() => sdk.Integrations.Create({ ...one, observes: ['created', 'updated', 'deleted'].flatMap((end) => [`account.${end}`, `account-member.${end}`]) }), 422)
    await refusal(() => sdk.Integrations.Create({ ...one, integration_type: 'stomp' }), 422)
    await refusal(() => sdk.Integrations.Create({ ...one, configuration: { url: 'http://169.254.169.254/' } }), 422)
  })

  if (hooks) {
    const event = await check('EP224', told('a hook that fails comes again under the same id, with the next number'), async () => {
      hooks.status = 503
      hooks.answer = 'the mailer rests'
      await sdk.OneTimePasswordTokenRequest.Create(store.realmId, profile.id,
        { type: 'one_time_password_token_request', username: member.username, purpose: 'passwordless_authentication' })
      const of = (attempt) => hooks.arrived(({ triggered_by, attempt: given }) => triggered_by === key && given === attempt)
      const { event: first } = await of(1)
      hooks.status = 200
      hooks.answer = `taken: ${first.payload.one_time_password_token}`
      const { event: second } = await of(2)
      assert.deepEqual({ ...second, attempt: 1 }, first)
      return second
    })

    await check('EP227', told('GetLogs tells both attempts, with the receiver\'s words and without the token'), async () => {
      let entries = []
      for (const until = Date.now() + 30_000; entries.length < 2; await new Promise((told) => setTimeout(told, 100))) {
        assert.ok(Date.now() < until, `the attempts are noted: ${JSON.stringify(entries)}`)
        lines()
        const logs = await sdk.Integrations.GetLogs(made.id)
        assert.deepEqual(lines(), [`GET /v2/integrations/${made.id}/logs`])
        assert.deepEqual(logs.meta, { limit: 25, offset: 0, current: 1, total: 1 })
        assert.equal(logs.results.total, logs.data.length)
        entries = logs.data.filter(({ body, status_code }) => status_code === 503 || /taken/.test(body))
      }
      const [one, two] = entries.sort((a, b) => a.attempt - b.attempt)
      assert.deepEqual([one.succeeded, one.attempt, one.status_code, one.body], [false, 1, 503, 'the mailer rests'])
      assert.deepEqual([two.succeeded, two.attempt, two.status_code], [true, 2, 200])
      assert.ok(!JSON.stringify(entries).includes(event.payload.one_time_password_token))
      assert.equal(one.type, 'integration-log')
      assert.ok(one.processing_time >= 0)
      assert.match(one.meta.timestamps.created_at, time)
      assert.equal(one.relationships.integration.data.id, made.id)
      const job = one.relationships.job.data.id
      assert.equal(two.relationships.job.data.id, job)
      const jobs = await sdk.Integrations.GetJobs(made.id)
      assert.ok(jobs.data.some(({ id, type }) => id === job && type === 'integration-job'))
      const ofJob = await sdk.Integrations.GetAllLogsForJob(made.id, job)
      assert.deepEqual(ofJob.data.map(({ id }) => id).sort(), [one.id, two.id].sort())
      assert.ok((await sdk.Integrations.GetAllLogs()).data.some(({ id }) => id === two.id))
    })

    await check('EP219', told('another event arrives too: the user was changed'), async () => {
      await sdk.UserAuthenticationInfo.Update(store.realmId, member.id, { data: { type: 'user_authentication_info', family_name: 'Q' } })
      const { event: one } = await hooks.arrived(({ triggered_by, payload }) => triggered_by === 'user-authentication-info.updated' && payload.id === member.id)
      assert.equal(one.integration.id, made.id)
      assert.equal(one.attempt, 1)
    })
  }

  await check('EP253', told('Delete, and it is gone'), async () => {
    lines()
    await sdk.Integrations.Delete(made.id)
    assert.equal(last().status, 204)
    assert.deepEqual(lines(), [`DELETE /v2/integrations/${made.id}`])
    await refusal(() => sdk.Integrations.Get(made.id), 404)
    await refusal(() => sdk.Integrations.GetLogs(made.id), 404)
  })
  hooks?.close()
}

await check('EP16', 'every answer is JSON, or empty with neither type nor chunks', everyAnswerIsJsonOrEmpty)
