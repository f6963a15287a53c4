// SPDX-License-Identifier: MIT
// A merchant sets a store up for one-time password tokens with @elasticpath/js-sdk and with @moltin/sdk: settings, realm, password
// profiles, users, accounts and members: each call of section 13 (docs/elasticpath.md) with the request that it makes.
import assert from 'node:assert/strict'
import { accountToken, addMember, check, everyAnswerIsJsonOrEmpty, gateways, newMember, open, refusal, store, time, token, uuid } from './elasticpath_store.mjs'
import { refused } from './check.mjs'

const realm = `/v2/authentication-realms/${store.realmId}`
const settings = { type: 'account_authentication_settings' }

for (const name of Object.keys(gateways)) {
  const { sdk, lines, last, seen, kept } = open(name, { secret: true })
  const told = (sentence) => `${sentence} (${name})`

  await check('EP242', told('the first call asks for a client_credentials token, by a form'), async () => {
    const before = Math.floor(Date.now() / 1000)
    const { data } = await sdk.AccountAuthenticationSettings.Get()
    assert.equal(data.type, settings.type)
    const [grant] = seen
    assert.equal(grant.headers['content-type'], 'application/x-www-form-urlencoded')
    assert.deepEqual(Object.fromEntries(new URLSearchParams(grant.body)),
      { grant_type: 'client_credentials', client_id: store.clientId, client_secret: store.clientSecret })
    assert.deepEqual(lines(), ['POST /oauth/access_token', 'GET /v2/settings/account-authentication'])
    const credentials = kept()
    assert.equal(credentials.token_type, 'Bearer')
    assert.equal(credentials.identifier, 'client_credentials')
    assert.equal(credentials.expires_in, 3600)
    assert.ok(Math.abs(credentials.expires - before - 3600) < 15, 'epoch seconds')
  })

  await check('EP243', told('AccountAuthenticationSettings names the realm, and Update changes what it is given'), async () => {
    const { data: before } = await sdk.AccountAuthenticationSettings.Get()
    assert.equal(before.relationships.authentication_realm.data.id, store.realmId)
    assert.equal(before.relationships.authentication_realm.data.type, 'authentication_realm')
    const { data } = await sdk.AccountAuthenticationSettings.Update({ account_member_self_management: 'disabled' })
    assert.equal(data.account_member_self_management, 'disabled')
    assert.equal(data.enable_self_signup, before.enable_self_signup)
    assert.deepEqual(JSON.parse(last().body), { data: { ...settings, account_member_self_management: 'disabled' } })
    const { data: after } = await sdk.AccountAuthenticationSettings.Update({ account_member_self_management: before.account_member_self_management })
    assert.deepEqual({ ...after, meta: null }, { ...before, meta: null })
    assert.deepEqual(lines(), ['GET', 'PUT', 'PUT'].map((method) => `${method} /v2/settings/account-authentication`))
    await refusal(() => sdk.AccountAuthenticationSettings.Update({ account_management_authentication_token_timeout_secs: 1 }), 422)
  })

  await check('EP244', told('AuthenticationRealm lists one realm, and gets it'), async () => {
    lines()
    const { data, meta, links } = await sdk.AuthenticationRealm.Limit(10).All()
    assert.deepEqual(lines(), ['GET /v2/authentication-realms?page[limit]=10'])
    assert.deepEqual(data.map(({ id, type }) => [id, type]), [[store.realmId, 'authentication-realm']])
    assert.deepEqual(meta.page, { limit: 10, offset: 0, current: 1, total: 1 })
    assert.equal(meta.results.total, 1)
    assert.equal(links.next, null)
    const { data: one } = await sdk.AuthenticationRealm.Get({ realmId: store.realmId })
    assert.equal(one.id, store.realmId)
    await refusal(() => sdk.AuthenticationRealm.Get({ realmId: 'shopper' }), 404)
  })

  const profile = await check('EP245', told('PasswordProfile: Create, Get, All, Update'), async () => {
    lines()
    const { data } = await sdk.PasswordProfile.Create(store.realmId, { data: { type: 'password_profile', name: `by ${name}`, username_format: 'email' } })
    assert.match(data.id, uuid)
    assert.equal(data.type, 'password_profile')
    assert.equal(data.enable_one_time_password_token, false)
    assert.match(data.meta.created_at, time)
    assert.deepEqual((await sdk.PasswordProfile.Get({ realmId: store.realmId, profileId: data.id })).data, data)
    const all = await sdk.PasswordProfile.Limit(100).All(store.realmId)
    assert.deepEqual(all.data.filter(({ id }) => [data.id, store.passwordProfileId].includes(id)).length, 2)
    const { data: after } = await sdk.PasswordProfile.Update(store.realmId, data.id, { data: { type: 'password_profile', enable_one_time_password_token: true } })
    assert.equal(after.enable_one_time_password_token, true)
    assert.equal(after.username_format, 'email')
    assert.deepEqual(lines(), [`POST ${realm}/password-profiles`, `GET ${realm}/password-profiles/${data.id}`,
      `GET ${realm}/password-profiles?page[limit]=100`, `PUT ${realm}/password-profiles/${data.id}`])
    return after
  })

  const user = await check('EP246', told('UserAuthenticationInfo: Create, Get, Update'), async () => {
    lines()
    const member = newMember()
    const { data } = await sdk.UserAuthenticationInfo.Create(store.realmId,
      { data: { type: 'user_authentication_info', name: member.name, email: member.email, given_name: 'Mira' } })
    assert.match(data.id, uuid)
    assert.equal(data.email, member.email)
    assert.equal(data.given_name, 'Mira')
    assert.equal(data.family_name, null)
    assert.equal(data.meta.creation_status, 'COMPLETE')
    assert.ok(!('username' in data))
    const { data: after } = await sdk.UserAuthenticationInfo.Update(store.realmId, data.id, { data: { type: 'user_authentication_info', family_name: 'Q' } })
    assert.equal(after.family_name, 'Q')
    assert.equal(after.given_name, 'Mira')
    assert.deepEqual((await sdk.UserAuthenticationInfo.Get(store.realmId, data.id)).data, after)
    assert.deepEqual(lines(), [`POST ${realm}/user-authentication-info`, `PUT ${realm}/user-authentication-info/${data.id}`,
      `GET ${realm}/user-authentication-info/${data.id}`])
    return { ...member, id: data.id }
  })

  await check('EP246', told('Filter, Limit and Offset go out unescaped, and find'), async () => {
    const infos = sdk.UserAuthenticationInfo
    const { data, meta } = await infos.Filter({ eq: { email: user.email } }).Limit(5).All(store.realmId)
    assert.deepEqual(data.map(({ id }) => id), [user.id])
    assert.equal(meta.results.total, 1)
    const later = await infos.Filter({ eq: { email: user.email } }).Limit(5).Offset(5).All(store.realmId)
    assert.deepEqual(later.data, [])
    const query = `filter=eq(email,${user.email})`
    const [first, second] = lines().map((line) => line.split('?')[1])
    for (const part of ['page[limit]=5', query]) assert.ok(first.split('&').includes(part), first)
    for (const part of ['page[limit]=5', 'page[offset]=5', query]) assert.ok(second.split('&').includes(part), second)
    lines()
    const named = await infos.Filter({ ilike: { name: `*${user.name.toUpperCase().slice(1)}` }, ge: { created_at: '2026-01-01T00:00:00Z' } }).All(store.realmId)
    assert.deepEqual(named.data.map(({ id }) => id), [user.id])
    assert.equal(lines()[0], `GET ${realm}/user-authentication-info?filter=ilike(name,*${user.name.toUpperCase().slice(1).replaceAll(' ', '%20')}):ge(created_at,2026-01-01T00:00:00Z)`)
    const plus = newMember().email.replace('@', '+shop@')
    const { data: other } = await infos.Create(store.realmId, { data: { type: 'user_authentication_info', name: 'Mira Plus', email: plus } })
    assert.deepEqual((await infos.Filter({ eq: { email: plus } }).All(store.realmId)).data.map(({ id }) => id), [other.id], 'a raw + stands for itself here')
    await refusal(() => infos.Filter({ eq: { password: 'x' } }).All(store.realmId), 400)
    await refusal(() => infos.Limit(101).All(store.realmId), 400)
  })

  const info = await check('EP247', told('UserAuthenticationPasswordProfile: Create, All, Get, Update by the merchant'), async () => {
    lines()
    const type = 'user_authentication_password_profile_info'
    const profiles = sdk.UserAuthenticationPasswordProfile
    const { data } = await profiles.Create(store.realmId, user.id, { data: { type, password_profile_id: profile.id, username: user.username, password: user.password } })
    assert.equal(data.username, user.username)
    assert.equal(data.password_profile_id, profile.id)
    assert.ok(!('password' in data))
    assert.deepEqual((await profiles.All(store.realmId, user.id)).data, [data])
    assert.deepEqual((await profiles.Get(store.realmId, user.id, data.id)).data, data)
    const { data: after } = await profiles.Update(store.realmId, user.id, data.id, { data: { type, id: data.id, password: `${user.password}-2` } })
    assert.equal(after.id, data.id)
    const below = `${realm}/user-authentication-info/${user.id}/user-authentication-password-profile-info`
    assert.deepEqual(lines(), [`POST ${below}`, `GET ${below}`, `GET ${below}/${data.id}`, `PUT ${below}/${data.id}`])
    const again = newMember()
    const { data: other } = await sdk.UserAuthenticationInfo.Create(store.realmId, { data: { type: 'user_authentication_info', name: again.name, email: again.email } })
    const taken = { type, password_profile_id: profile.id, username: user.username.toUpperCase(), password: again.password }
    await refusal(() => profiles.Create(store.realmId, other.id, { data: taken }), 409)
    await refusal(() => profiles.Create(store.realmId, other.id, { data: { ...taken, username: 'no address' } }), 422)
    await refusal(() => profiles.Create(store.realmId, other.id, { data: { ...taken, username: again.username, password: 'seven77' } }), 422)
    await sdk.UserAuthenticationInfo.Delete(store.realmId, other.id)
    await refusal(() => sdk.UserAuthenticationInfo.Get(store.realmId, other.id), 404)
    return data
  })

  await check('EP190', told('AccountMembers: the same person under the same id, with an account made for it'), async () => {
    lines()
    const { data } = await sdk.AccountMembers.Get(user.id)
    assert.equal(data.type, 'account_member')
    assert.equal(data.email, user.email)
    assert.deepEqual((await sdk.AccountMembers.Filter({ eq: { email: user.email } }).All()).data.map(({ id }) => id), [user.id])
    assert.equal(lines().at(-1), `GET /v2/account-members?filter=eq(email,${user.email})`)
    const issued = await sdk.AccountMembers.GenerateAccountToken({ type: token, authentication_mechanism: 'password',
      password_profile_id: profile.id, username: user.username.toUpperCase(), password: `${user.password}-2` })
    assert.deepEqual(issued.data.map(({ account_name }) => account_name), [user.name])
    assert.equal(issued.meta.account_member_id, user.id)
  })

  await check('EP193', told('Accounts and AccountMemberships: Create, Get, All, Delete'), async () => {
    lines()
    const { data: account } = await sdk.Accounts.Create({ type: 'account', name: 'Analytical Engines', legal_name: 'Analytical Engines Ltd', registration_id: '00-00' })
    assert.match(account.id, uuid)
    assert.equal(account.legal_name, 'Analytical Engines Ltd')
    const { data: membership } = await sdk.AccountMemberships.Create(account.id, { type: 'account_membership', account_member_id: user.id })
    assert.match(membership.id, uuid)
    assert.deepEqual((await sdk.AccountMemberships.All(account.id)).data.map(({ id }) => id), [membership.id])
    assert.equal((await sdk.AccountMemberships.Get(account.id, membership.id)).data.id, membership.id)
    assert.deepEqual(lines(), ['POST /v2/accounts', `POST /v2/accounts/${account.id}/account-memberships`,
      `GET /v2/accounts/${account.id}/account-memberships`, `GET /v2/accounts/${account.id}/account-memberships/${membership.id}`])
    const two = await sdk.AccountMembers.GenerateAccountToken({ type: token, authentication_mechanism: 'password',
      password_profile_id: profile.id, username: user.username, password: `${user.password}-2` })
    assert.deepEqual(two.data.map(({ account_name }) => account_name), [user.name, 'Analytical Engines'])
    assert.equal(new Set(two.data.map(({ expires }) => expires)).size, 1, 'one end for all')
    await sdk.AccountMemberships.Delete(account.id, membership.id)
    await refusal(() => sdk.AccountMemberships.Get(account.id, membership.id), 404)
    const { data: renamed } = await sdk.Accounts.Update(account.id, { name: 'Difference Engines' })
    assert.equal(renamed.name, 'Difference Engines')
    assert.equal(renamed.legal_name, 'Analytical Engines Ltd')
    await sdk.Accounts.Delete(account.id)
    await refusal(() => sdk.Accounts.Get(account.id), 404)
  })

  await check('EP252', told('a path with a doubled slash arrives, with a header of the caller\'s own'), async () => {
    const { data: [{ token: own }] } = await sdk.AccountMembers.GenerateAccountToken({ type: token, authentication_mechanism: 'password',
      password_profile_id: profile.id, username: user.username, password: `${user.password}-2` })
    lines()
    const implicit = open(name)
    const { data } = await implicit.sdk.request.send('/account-members', 'GET', undefined, undefined, implicit.sdk, false, 'v2', { [accountToken]: own })
    assert.deepEqual(implicit.lines(), ['POST /oauth/access_token', 'GET /v2//account-members'])
    assert.deepEqual(data.map(({ id }) => id), [user.id])
    const again = await implicit.sdk.request.send('/account-members/tokens', 'POST',
      { data: { type: token, authentication_mechanism: token } }, undefined, implicit.sdk, false, 'v2', { [accountToken]: own })
    assert.equal(again.meta.account_member_id, user.id)
    assert.deepEqual(implicit.lines(), ['POST /v2//account-members/tokens'])
  })

  await check('EP41', told('without a secret the grant is implicit, and opens no more than a shopper may'), async () => {
    const implicit = open(name)
    assert.equal((await implicit.sdk.AccountAuthenticationSettings.Get()).data.relationships.authentication_realm.data.id, store.realmId)
    assert.deepEqual(Object.fromEntries(new URLSearchParams(implicit.seen[0].body)), { grant_type: 'implicit', client_id: store.clientId })
    assert.equal(implicit.kept().identifier, 'implicit')
    assert.equal((await implicit.sdk.PasswordProfile.Get({ realmId: store.realmId, profileId: profile.id })).data.id, profile.id)
    await refusal(() => implicit.sdk.AccountAuthenticationSettings.Update({ enable_self_signup: true }), 403)
    await refusal(() => implicit.sdk.UserAuthenticationInfo.All(store.realmId), 403)
    await refusal(() => implicit.sdk.Integrations.All(), 403)
    assert.equal((await refused(() => implicit.sdk.UserAuthenticationPasswordProfile.All(store.realmId, user.id))).errors[0].status, '403')
  })

  await check('EP87', told('a profile that logins are in is not deleted; one without is'), async () => {
    await refusal(() => sdk.PasswordProfile.Delete(store.realmId, profile.id), 409)
    await sdk.UserAuthenticationPasswordProfile.Delete(store.realmId, user.id, info.id)
    lines()
    await sdk.PasswordProfile.Delete(store.realmId, profile.id)
    assert.deepEqual(lines(), [`DELETE ${realm}/password-profiles/${profile.id}`])
    await refusal(() => sdk.PasswordProfile.Get({ realmId: store.realmId, profileId: profile.id }), 404)
  })

  await check('EP43', told('a wrong secret is refused with a list of errors'), async () => {
    const wrong = open(name, { secret: true, client_secret: 'not-the-secret' })
    await refusal(() => wrong.sdk.AccountAuthenticationSettings.Get(), 401)
  })

  await check('EP93', told('a member who was deleted signs in no more'), async () => {
    const member = await addMember(sdk)
    const by = { type: token, authentication_mechanism: 'password', password_profile_id: store.passwordProfileId, username: member.username, password: member.password }
    assert.equal((await sdk.AccountMembers.GenerateAccountToken(by)).data.length, 1)
    await sdk.UserAuthenticationInfo.Delete(store.realmId, member.id)
    const once = open(name, { fetchMaxAttempts: 1 })
    await refusal(() => once.sdk.AccountMembers.GenerateAccountToken(by), 401)
  })
}

await check('EP16', 'every answer is JSON, or empty with neither type nor chunks', everyAnswerIsJsonOrEmpty)
