// SPDX-License-Identifier: MIT
// One-time password tokens with Elastic Path's published client: the steps of the vendor's guide in their order, first to sign in
// without a password, then to set a forgotten one. What it needs is in the environment; README.md says how to run it.
import { createServer } from 'node:http'
import { gateway } from '@elasticpath/js-sdk'

const { BASE_URL, CLIENT_ID, CLIENT_SECRET, PASSWORD_PROFILE_ID } = process.env
console.info = () => {} // the client tells there that it has no token yet

// The client for the merchant, who has the secret, and for shoppers, who do not. Tokens are kept in memory; its default is a folder.
function open(more) {
  const kept = new Map(), { protocol, host } = new URL(BASE_URL)
  const storage = { get: (key) => kept.get(key), set: (key, value) => kept.set(key, value), delete: (key) => kept.delete(key) }
  return gateway({ client_id: CLIENT_ID, protocol: protocol.slice(0, -1), host, storage, ...more })
}
const merchant = open({ client_secret: CLIENT_SECRET }), shop = open()

// Settings: the realm, and that members may change their own password. The profile: one-time tokens on.
const { data: settings } = await merchant.AccountAuthenticationSettings.Update({ account_member_self_management: 'update_only' })
const realm = settings.relationships.authentication_realm.data.id
await merchant.PasswordProfile.Update(realm, PASSWORD_PROFILE_ID, { data: { type: 'password_profile', enable_one_time_password_token: true } })

// A user to try it with.
const username = `mira.${Date.now()}@shop.example`
const { data: user } = await merchant.UserAuthenticationInfo.Create(realm, { data: { type: 'user_authentication_info', name: 'Mira Q', email: username } })
await merchant.UserAuthenticationPasswordProfile.Create(realm, user.id, { data: { type: 'user_authentication_password_profile_info',
  password_profile_id: PASSWORD_PROFILE_ID, username, password: 'difference-1' } })

// The web hook, which would mail the token to its user. Here it is this script, which only reads it.
const mailer = createServer()
await new Promise((ready) => mailer.listen(0, '127.0.0.1', ready))
const hook = () => new Promise((arrived) => mailer.once('request', (request, response) => {
  let text = ''
  request.on('data', (part) => { text += part })
  request.on('end', () => { response.end(); arrived(JSON.parse(text).payload) })
}))
const { data: integration } = await merchant.Integrations.Create({ name: 'send tokens', enabled: true, integration_type: 'webhook',
  observes: ['one-time-password-token-request.created'], configuration: { url: `http://127.0.0.1:${mailer.address().port}/`, secret_key: 'ours' } })

// What the shop's pages do: ask for a token, and exchange it for the account token that goes along with every call of the shopper.
async function account(purpose) {
  const mail = hook()
  await shop.OneTimePasswordTokenRequest.Create(realm, PASSWORD_PROFILE_ID, { type: 'one_time_password_token_request', username, purpose })
  const event = await mail
  console.log(`${purpose}: ${event.user_authentication_info.email} is sent a token of ${event.one_time_password_token.length} characters`)
  const { data: [first] } = await shop.AccountMembers.GenerateAccountToken({ type: 'account_management_authentication_token',
    authentication_mechanism: 'passwordless', password_profile_id: event.password_profile_id,
    username: event.user_authentication_password_profile_info.username, one_time_password_token: event.one_time_password_token })
  return { ...first, event }
}

const passwordless = await account('passwordless_authentication')
console.log(`signed in to the account of ${passwordless.account_name}`)

const { token, event } = await account('reset_password')
const info = event.user_authentication_password_profile_info.id
await shop.UserAuthenticationPasswordProfile.Update(event.authentication_realm_id, event.user_authentication_info.id, info,
  { data: { type: 'user_authentication_password_profile_info', id: info, password: 'difference-2' } }, null, token)
const { data: [again] } = await shop.AccountMembers.GenerateAccountToken({ type: 'account_management_authentication_token',
  authentication_mechanism: 'password', password_profile_id: PASSWORD_PROFILE_ID, username, password: 'difference-2' })
console.log(`the new password signs in to the account of ${again.account_name}`)

await merchant.Integrations.Delete(integration.id)
mailer.close()
