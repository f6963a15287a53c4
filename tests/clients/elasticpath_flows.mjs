// SPDX-License-Identifier: MIT
// Signing in without a password, and a forgotten password, from the request of a token to the account token in use: with
// @elasticpath/js-sdk and with @moltin/sdk, the token once from a web hook and once from the mail of the program's own (section 11,
// docs/elasticpath.md). And what the clients make of a 401: the same request four times (EP19).
import assert from 'node:assert/strict'
import { accountToken, addMember, changeSettings, check, everyAnswerIsJsonOrEmpty, gateways, newMember, open, openReceiver, refusal, store, token, uuid } from './elasticpath_store.mjs'
import { about } from './check.mjs'
import { mailed } from './mail.mjs'

const dead = 'the authorization realm for the token could not be found' // EP33
const realm = `/v2/authentication-realms/${store.realmId}`
const infoType = 'user_authentication_password_profile_info'
const key = 'one-time-password-token-request.created'
// Tokens that are not this one; of the same form.
const another = (one) => one.slice(0, 5) + (one.at(-1) === 'a' ? 'b' : 'a')

for (const name of Object.keys(gateways)) {
  const told = (sentence) => `${sentence} (${name})`
  const merchant = open(name, { secret: true })
  const { sdk, lines, last, seen } = open(name)
  await changeSettings(merchant.sdk, { account_member_self_management: 'update_only', auto_create_account_for_account_members: true })
  const { data: profile } = await merchant.sdk.PasswordProfile.Create(store.realmId,
    { data: { type: 'password_profile', name: `flows of ${name}`, enable_one_time_password_token: true } })
  const ask = (username, purpose, client = sdk) =>
    client.OneTimePasswordTokenRequest.Create(store.realmId, profile.id, { type: 'one_time_password_token_request', username, purpose })
  const exchange = (username, given, client = sdk) => client.AccountMembers.GenerateAccountToken(
    { type: token, authentication_mechanism: 'passwordless', password_profile_id: profile.id, username, one_time_password_token: given })
  const signIn = (username, password, client = sdk) => client.AccountMembers.GenerateAccountToken(
    { type: token, authentication_mechanism: 'password', password_profile_id: profile.id, username, password })
  // Without the waits between repeats. One of the two comes from the store's own server, so that both stay within the budget that an
  // address has for failures (TH2).
  const impatient = () => open(name, { secret: name === '@moltin/sdk', retryDelay: 1, retryJitter: 1 })
  // A shopper's view of the store: who am I? The account token as a header of the client (EP258).
  const whoami = async (own) => {
    const shopper = open(name, { headers: { [accountToken]: own } })
    return (await shopper.sdk.AccountMembers.All()).data.map(({ id }) => id)
  }
  // @moltin/sdk cannot send the token with Update (EP251), so that its stores set it as a header of the client.
  const choosePassword = (own, member, ids, password) => {
    const client = name === '@moltin/sdk' ? open(name, { headers: { [accountToken]: own } }) : open(name)
    return client.sdk.UserAuthenticationPasswordProfile.Update(ids.realm, ids.user, ids.info,
      { data: { type: infoType, id: ids.info, password } }, null, own)
  }

  const hooks = process.env.SHOP_CONFIG ? await openReceiver() : undefined // a shop that is named by its address may not call us

  if (hooks) {
    const member = await addMember(merchant.sdk, { profileId: profile.id })
    const { data: integration } = await merchant.sdk.Integrations.Create({ name: `send codes by ${name}`, enabled: true, integration_type: 'webhook',
      observes: [key], configuration: { url: hooks.url, secret_key: 'from the store' } })
    const hook = (of, purpose, but = []) => hooks.arrived(({ payload }) => payload.user_authentication_info?.id === of.id && payload.purpose === purpose &&
      !but.includes(payload.one_time_password_token))

    const first = await check('EP248', told('a token request is 202 and empty, and its event arrives with everything that a mail needs'), async () => {
      lines()
      assert.equal(await ask(member.username, 'passwordless_authentication'), '{}', 'what this client makes of an empty answer')
      assert.equal(last().status, 202)
      assert.deepEqual(JSON.parse(last().body), { data: { type: 'one_time_password_token_request', username: member.username, purpose: 'passwordless_authentication' } })
      assert.deepEqual(lines(), ['POST /oauth/access_token', `POST ${realm}/password-profiles/${profile.id}/one-time-password-token-request`])
      const { event, headers } = await hook(member, 'passwordless_authentication')
      assert.equal(headers['x-moltin-secret-key'], 'from the store')
      assert.match(headers['content-type'], /^application\/json/)
      assert.match(event.id, uuid)
      assert.equal(event.triggered_by, key)
      assert.equal(event.attempt, 1)
      assert.deepEqual(event.integration, { id: integration.id, integration_type: 'webhook', name: `send codes by ${name}`, description: '' })
      assert.deepEqual(event.configuration, { url: hooks.url, secret_key: 'from the store' })
      const { created_at, updated_at, one_time_password_token, ...payload } = event.payload
      assert.match(created_at, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}\+00:00$/)
      about(Date.parse(created_at), Date.now())
      assert.equal(updated_at, created_at)
      assert.match(one_time_password_token, /^[a-z0-9]{6}$/)
      assert.deepEqual(payload, {
        authentication_realm_id: store.realmId, password_profile_id: profile.id, purpose: 'passwordless_authentication',
        user_authentication_info: { id: member.id, name: member.name, email: member.email },
        user_authentication_password_profile_info: { id: member.infoId, password_profile_id: profile.id, username: member.username },
      })
      return one_time_password_token
    })

    await check('EP249', told('an account token is asked for in the envelope, by the mechanism and what it takes'), async () => {
      lines()
      const issued = await signIn(member.username, member.password)
      const sent = last()
      assert.deepEqual(lines(), ['POST /v2/account-members/tokens'])
      assert.deepEqual(JSON.parse(sent.body), { data: { type: token, authentication_mechanism: 'password', password_profile_id: profile.id,
        username: member.username, password: member.password } })
      assert.equal(sent.status, 201)
      assert.deepEqual(issued.data.map(({ type }) => type), [token])
      assert.deepEqual(await whoami(issued.data[0].token), [member.id])
    })

    const own = await check('EP205', told('signing in without a password: the token becomes an account token, once'), async () => {
      lines()
      const issued = await exchange(member.username, first)
      assert.equal(last().status, 201)
      assert.deepEqual(Object.keys(JSON.parse(last().body)), ['data'])
      assert.deepEqual(lines(), ['POST /v2/account-members/tokens'])
      assert.equal(issued.meta.account_member_id, member.id)
      assert.deepEqual(issued.meta.page, { limit: 25, offset: 0, current: 1, total: 1 })
      const [one] = issued.data
      assert.equal(one.type, token)
      assert.equal(one.account_name, member.name)
      assert.match(one.account_id, uuid)
      about(Date.parse(one.expires), Date.now() + 86_400_000)
      assert.deepEqual(await whoami(one.token), [member.id])
      const fault = await refusal(() => exchange(member.username, first, open(name, { fetchMaxAttempts: 1 }).sdk), 401)
      assert.equal(fault.detail, dead)
      return one.token
    })

    const reset = await check('EP202', told('a forgotten password: ids and token from the event, exchanged'), async () => {
      await ask(member.username, 'reset_password')
      const { event: { payload } } = await hook(member, 'reset_password')
      const issued = await exchange(payload.user_authentication_password_profile_info.username, payload.one_time_password_token)
      return { own: issued.data[0].token, ids: { realm: payload.authentication_realm_id, user: payload.user_authentication_info.id,
        info: payload.user_authentication_password_profile_info.id } }
    })

    const chosen = `${member.password}-new`
    await check('EP251', told(name === '@moltin/sdk' ? 'Update drops the account token, and is refused without it' : 'Update sends the account token'), async () => {
      const shopper = open(name)
      const update = () => shopper.sdk.UserAuthenticationPasswordProfile.Update(reset.ids.realm, reset.ids.user, reset.ids.info,
        { data: { type: infoType, id: reset.ids.info, password: chosen } }, null, reset.own)
      if (name === '@moltin/sdk') {
        await refusal(update, 403)
        assert.ok(!(accountToken.toLowerCase() in shopper.last().headers))
      } else {
        const { data } = await update()
        assert.equal(data.id, member.infoId)
        assert.ok(!('password' in data))
        assert.equal(shopper.last().headers[accountToken.toLowerCase()], reset.own)
      }
      assert.equal(shopper.last().method, 'PUT')
      assert.equal(shopper.last().path, `${realm}/user-authentication-info/${member.id}/user-authentication-password-profile-info/${member.infoId}`)
    })

    await check('EP203', told('the new password is set with the account token, signs in, and the old one does not'), async () => {
      if (name === '@moltin/sdk') await choosePassword(reset.own, member, reset.ids, chosen)
      assert.equal((await signIn(member.username, chosen)).meta.account_member_id, member.id)
      await refusal(() => signIn(member.username, member.password, open(name, { fetchMaxAttempts: 1 }).sdk), 401)
    })

    await check('EP204', told('the account token that made the change goes on, the older one does not'), async () => {
      assert.deepEqual(await whoami(reset.own), [member.id])
      const old = open(name, { fetchMaxAttempts: 1, headers: { [accountToken]: own } })
      await refusal(() => old.sdk.AccountMembers.All(), 401)
    })

    await check('EP250', told('a wrong token goes out four times, with a new bearer between; the right one then signs in'), async () => {
      await ask(member.username, 'passwordless_authentication')
      const { event: { payload: { one_time_password_token: right } } } = await hook(member, 'passwordless_authentication', [first])
      lines()
      const fault = await refusal(() => exchange(member.username, another(right)), 401)
      assert.equal(fault.detail, dead)
      assert.deepEqual(lines(), [1, 2, 3].flatMap(() => ['POST /v2/account-members/tokens', 'POST /oauth/access_token']).concat('POST /v2/account-members/tokens'))
      assert.equal((await exchange(member.username, right)).meta.account_member_id, member.id)
    })

    await check('EP141', told('nine wrong tokens, each repeated four times, are nine: the right one still signs in; the tenth ends it'), async () => {
      const hasty = impatient().sdk
      const fresh = await addMember(merchant.sdk, { profileId: profile.id })
      const next = async (but = []) => {
        await ask(fresh.username, 'passwordless_authentication')
        return (await hook(fresh, 'passwordless_authentication', but)).event.payload.one_time_password_token
      }
      const one = await next()
      const wrong = [...'abcdefghijkl'].map((letter) => `${letter}${one.slice(1)}`).filter((each) => each !== one)
      for (const each of wrong.slice(0, 9)) await refusal(() => exchange(fresh.username, each, hasty), 401)
      assert.equal((await exchange(fresh.username, one)).meta.account_member_id, fresh.id)
      const two = await next([one])
      await refusal(() => exchange(fresh.username, wrong[9], hasty), 401)
      await refusal(() => exchange(fresh.username, two, hasty), 401)
    })

    await check('EP175', told('nine wrong passwords, each repeated four times, lock nobody'), async () => {
      const hasty = impatient().sdk
      const fresh = await addMember(merchant.sdk, { profileId: profile.id })
      for (let i = 0; i < 9; ++i) {
        const fault = await refusal(() => signIn(fresh.username, `Not-The-Password-${i}`, hasty), 401)
        assert.notEqual(fault.detail, dead)
      }
      assert.equal((await signIn(fresh.username, fresh.password)).meta.account_member_id, fresh.id)
    })

    await check('EP127', told('somebody unknown gets the same 202, and no event comes'), async () => {
      const count = hooks.arrivals.length
      await ask(newMember().username, 'passwordless_authentication')
      const [unknown] = seen.slice(-1)
      await ask(member.username, 'passwordless_authentication')
      assert.deepEqual({ status: last().status }, { status: unknown.status })
      await hooks.arrived(({ payload }) => hooks.arrivals.length > count && payload.user_authentication_info?.id === member.id)
      assert.ok(hooks.arrivals.slice(count).every(({ event: { payload } }) => payload.user_authentication_info.id === member.id))
      await refusal(() => ask(member.username, 'passwordless_authenication'), 422)
    })
    await merchant.sdk.Integrations.Delete(integration.id)
  }

  if (process.env.MAIL_DIR) {
    // The token, which stands in the subject and in both parts, beside the other four values.
    const mailedToken = async ({ email, infoId, username }) => {
      const { headers, text, html } = await mailed(email, (_, plain) => plain.includes(infoId))
      const [, given] = /^([a-z0-9]{6}) /.exec(headers.subject) ?? assert.fail(headers.subject)
      for (const value of [given, store.realmId, profile.id, infoId, username]) {
        for (const part of [text, html]) assert.ok(part.includes(value), `${value} stands in:\n${part}`)
      }
      return given
    }
    await check('EP154', told('without an integration the shopper gets a mail with the five values, and both flows run on it'), async () => {
      const member = await addMember(merchant.sdk, { profileId: profile.id })
      await ask(member.username, 'passwordless_authentication')
      const given = await mailedToken(member)
      assert.deepEqual(await whoami((await exchange(member.username, given)).data[0].token), [member.id])
      await ask(member.username, 'reset_password')
      const again = await mailedToken(member)
      const [{ token: own }] = (await exchange(member.username, again)).data
      await choosePassword(own, member, { realm: store.realmId, user: member.id, info: member.infoId }, `${member.password}-new`)
      assert.equal((await signIn(member.username, `${member.password}-new`)).meta.account_member_id, member.id)
      assert.deepEqual(await whoami(own), [member.id])
    })
  }

  await check('EP163', told('a shopper signs up and has an account of the own name'), async () => {
    const before = (await merchant.sdk.AccountAuthenticationSettings.Get()).data.enable_self_signup
    const { name: full, ...member } = newMember()
    const signUp = (client) => client.AccountMembers.GenerateAccountToken(
      { type: token, authentication_mechanism: 'self_signup', password_profile_id: profile.id, name: full, ...member })
    await changeSettings(merchant.sdk, { enable_self_signup: false })
    await refusal(() => signUp(open(name).sdk), 403)
    await changeSettings(merchant.sdk, { enable_self_signup: true })
    const fresh = open(name).sdk
    const { data: [one], meta } = await signUp(fresh)
    assert.equal(one.account_name, full)
    assert.deepEqual(await whoami(one.token), [meta.account_member_id])
    await refusal(() => signUp(fresh), 409)
    assert.equal((await signIn(member.username, member.password)).meta.account_member_id, meta.account_member_id)
    await changeSettings(merchant.sdk, { enable_self_signup: before })
  })

  hooks?.close()
}

await check('EP16', 'every answer is JSON, or empty with neither type nor chunks', everyAnswerIsJsonOrEmpty)
