// SPDX-License-Identifier: MIT
// A storefront in the browser with @epcc-sdk/sdks-shopper: its calls of section 13 (docs/elasticpath.md), each with the request that it
// makes, and what it makes of an empty answer and of a 401.
import assert from 'node:assert/strict'
import { createAnAccessToken, createOneTimePasswordTokenRequest, getV2AccountMembers, getV2AccountMembersAccountMemberId, getV2Accounts, getV2AccountsAccountId,
  getV2AccountsAccountIdAccountMemberships, postV2AccountMembersTokens, updatePasswordProfileInfo } from '@epcc-sdk/sdks-shopper'
import { accountToken, addMember, changeSettings, check, everyAnswerIsJsonOrEmpty, gateways, open, openReceiver, openShopper, store, token } from './elasticpath_store.mjs'
import { shop } from './check.mjs'

const [name] = Object.keys(gateways)
const merchant = open(name, { secret: true })
await changeSettings(merchant.sdk, { account_member_self_management: 'update_only' })
const { data: profile } = await merchant.sdk.PasswordProfile.Create(store.realmId,
  { data: { type: 'password_profile', name: 'flows of sdks-shopper', enable_one_time_password_token: true } })
const member = await addMember(merchant.sdk, { profileId: profile.id })
const realm = `/v2/authentication-realms/${store.realmId}`

const { client, auth, lines, last, seen, kept } = openShopper()
const path = { realmId: store.realmId, passwordProfileId: profile.id }
const wanted = (purpose, username = member.username) => ({ type: 'one_time_password_token_request', username, purpose })
const exchange = (more) => postV2AccountMembersTokens({ body: { data: { type: token, password_profile_id: profile.id, username: member.username, ...more } } })
const headers = (own) => ({ [accountToken]: own })

await check('EP241', 'the first call asks for an implicit token, which is kept with its end', async () => {
  const { data, error } = await client.get({ url: '/v2/settings/account-authentication' })
  assert.equal(error, undefined)
  assert.equal(data.data.relationships.authentication_realm.data.id, store.realmId)
  assert.deepEqual(Object.fromEntries(new URLSearchParams(seen[0].body)), { grant_type: 'implicit', client_id: store.clientId })
  assert.deepEqual(lines(), ['POST /oauth/access_token', 'GET /v2/settings/account-authentication'])
  const { access_token, expires } = JSON.parse(kept())
  assert.ok(expires > Date.now() / 1000 + 3500)
  assert.equal(await auth.getValidAccessToken(), access_token, 'nothing in it that this client takes for an end of its own')
})

await check('EP241', 'createAnAccessToken with a secret', async () => {
  const { data } = await createAnAccessToken({ baseUrl: shop.url, body: { grant_type: 'client_credentials', client_id: store.clientId, client_secret: store.clientSecret } })
  assert.equal(data.identifier, 'client_credentials')
  const { error, response } = await createAnAccessToken({ baseUrl: shop.url, body: { grant_type: 'client_credentials', client_id: store.clientId, client_secret: 'wrong' } })
  assert.equal(response.status, 401)
  assert.equal(error.errors[0].status, '401')
})

await check('EP254', 'a typed request goes out without `data` and is 400; with it the answer is 202, which this client takes', async () => {
  lines()
  const typed = await createOneTimePasswordTokenRequest({ path, body: wanted('passwordless_authentication') })
  assert.deepEqual(JSON.parse(last().body), wanted('passwordless_authentication'))
  assert.equal(typed.response.status, 400)
  assert.equal(typed.error.errors[0].status, '400')
  const wrapped = await createOneTimePasswordTokenRequest({ path, body: { data: wanted('passwordless_authentication', 'nobody@example.com') } })
  assert.equal(wrapped.response.status, 202)
  assert.deepEqual(wrapped.data, {})
  assert.deepEqual(lines(), Array(2).fill(`POST ${realm}/password-profiles/${profile.id}/one-time-password-token-request`))
})

await check('EP255, EP259', 'a 401 comes back as { error, response }, after one new bearer token and without a repeat of the body', async () => {
  lines()
  const { error, response, data } = await exchange({ authentication_mechanism: 'password', password: 'Not-The-Password-1' })
  assert.equal(data, undefined)
  assert.equal(response.status, 401)
  assert.equal(error.errors[0].status, '401')
  assert.deepEqual(lines(), ['POST /v2/account-members/tokens', 'POST /oauth/access_token'])
  assert.equal(kept(), undefined, 'it throws its token away, and asks for the next one at the next call')
})

await check('EP259', 'a call without a body goes once more', async () => {
  await client.get({ url: '/v2/settings/account-authentication' })
  lines()
  assert.equal((await getV2AccountMembers({ headers: headers('forged') })).response.status, 401)
  assert.deepEqual(lines(), ['GET /v2/account-members', 'POST /oauth/access_token', 'GET /v2/account-members'])
})

await check('EP257', 'the member reads the own record, accounts and memberships, and nobody else\'s', async () => {
  const { data } = await exchange({ authentication_mechanism: 'password', password: member.password })
  const [{ token: own, account_id }] = data.data
  const other = await addMember(merchant.sdk, { profileId: profile.id })
  lines()
  const list = await getV2AccountMembers({ headers: headers(own) })
  assert.deepEqual(list.data.data.map(({ id }) => id), [member.id])
  assert.equal(last().headers[accountToken.toLowerCase()], own)
  const one = await getV2AccountMembersAccountMemberId({ path: { accountMemberID: member.id }, headers: headers(own) })
  assert.equal(one.data.data.email, member.email)
  assert.deepEqual(lines(), ['GET /v2/account-members', `GET /v2/account-members/${member.id}`])
  const foreign = await getV2AccountMembersAccountMemberId({ path: { accountMemberID: other.id }, headers: headers(own) })
  assert.equal(foreign.response.status, 404)
  assert.deepEqual((await getV2Accounts({ headers: headers(own) })).data.data.map(({ id }) => id), [account_id])
  assert.equal((await getV2AccountsAccountId({ path: { accountID: account_id }, headers: headers(own) })).data.data.name, member.name)
  const memberships = await getV2AccountsAccountIdAccountMemberships({ path: { accountID: account_id }, headers: headers(own) })
  assert.deepEqual(memberships.data.data.map(({ relationships }) => relationships.account_member.data.id), [member.id])
  assert.equal((await getV2AccountMembers()).response.status, 403, 'an implicit token alone lists no members')
})

await check('EP15', 'a filter whose commas and @ are escaped, and page in brackets', async () => {
  const { data } = await exchange({ authentication_mechanism: 'password', password: member.password })
  lines()
  const found = await getV2AccountMembers({ query: { filter: `eq(email,${member.email})`, 'page[limit]': 5 }, headers: headers(data.data[0].token) })
  assert.deepEqual(found.data.data.map(({ id }) => id), [member.id])
  assert.deepEqual(lines(), [`GET /v2/account-members?filter=eq(email%2C${member.email.replace('@', '%40')})&page[limit]=5`])
})

if (process.env.SHOP_CONFIG) {
  const hooks = await openReceiver()
  const { data: integration } = await merchant.sdk.Integrations.Create({ name: 'send codes', enabled: true, integration_type: 'webhook',
    observes: ['one-time-password-token-request.created'], configuration: { url: hooks.url } })
  const tokenOf = async (purpose) => (await hooks.arrived(({ payload }) => payload.user_authentication_info.id === member.id && payload.purpose === purpose)).event.payload

  await check('EP255', 'signing in without a password', async () => {
    await createOneTimePasswordTokenRequest({ path, body: { data: wanted('passwordless_authentication') } })
    const { one_time_password_token } = await tokenOf('passwordless_authentication')
    const { data, response } = await exchange({ authentication_mechanism: 'passwordless', one_time_password_token })
    assert.equal(response.status, 201)
    assert.equal(data.meta.account_member_id, member.id)
  })

  await check('EP256', 'a forgotten password: the ids of the event, a PUT with the account token, and a sign-in by the new one', async () => {
    await createOneTimePasswordTokenRequest({ path, body: { data: wanted('reset_password') } })
    const payload = await tokenOf('reset_password')
    const { data } = await exchange({ authentication_mechanism: 'passwordless', one_time_password_token: payload.one_time_password_token })
    const [{ token: own }] = data.data
    const info = payload.user_authentication_password_profile_info.id
    lines()
    const changed = await updatePasswordProfileInfo({
      path: { realmId: payload.authentication_realm_id, userAuthenticationInfoId: member.id, userAuthenticationPasswordProfileInfoId: info },
      body: { data: { id: info, type: 'user_authentication_password_profile_info', password: `${member.password}-new` } },
      headers: headers(own),
    })
    assert.equal(changed.response.status, 200, JSON.stringify(changed.error))
    assert.equal(changed.data.data.username, member.username)
    assert.deepEqual(lines(), [`PUT ${realm}/user-authentication-info/${member.id}/user-authentication-password-profile-info/${info}`])
    const signedIn = await exchange({ authentication_mechanism: 'password', password: `${member.password}-new` })
    assert.equal(signedIn.data.meta.account_member_id, member.id)
    assert.deepEqual((await getV2AccountMembers({ headers: headers(own) })).data.data.map(({ id }) => id), [member.id])
  })
  await merchant.sdk.Integrations.Delete(integration.id)
  hooks.close()
}

await check('EP16', 'every answer is JSON, or empty with neither type nor chunks', everyAnswerIsJsonOrEmpty)
