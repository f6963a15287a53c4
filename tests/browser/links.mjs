// SPDX-License-Identifier: MIT
// The pages that a mailed link leads to: a forgotten password asked for and set anew (P6, P7), a lock undone (P8), a new
// address confirmed (P18), in each language, with scripts off (UI21).
import assert from 'node:assert/strict'
import { newPerson, shop } from './check.mjs'
import { another, mailed, mailedCode } from './mail.mjs'
import { check, close, languages, person, register, round, signIn, store } from './walk.mjs'

// The address of a page in the next mail that has one.
async function mailedLink(to, page) {
  for (;;) {
    const { text } = await mailed(to)
    const found = new RegExp(`^https?:\\S+/account/${page}\\?\\S+$`, 'm').exec(text)
    if (found) return found[0]
  }
}
const status = (answer) => answer.status()

async function forgotten(language) {
  const shopper = newPerson(), name = shopper.account.userName
  await register(shopper)
  const walker = await person({ language })
  assert.equal(status(await walker.open('/account/forgot')), 200)
  await walker.look('P6-ask')
  await check('P6, UI7', `${language}: asked without a name`, async () => assert.equal(status(await walker.send({ name: '' })), 400))
  await walker.look('P6-ask-empty', { error: true })
  await check('P6', `${language}: asked for a link`, async () => {
    assert.equal(status(await walker.send({ name })), 200)
    assert.equal(await walker.has('main [role=status]'), 1) // UI8
  })
  await walker.look('P6-sent')
  const answer = await walker.text('main')
  await check('EN1', `${language}: nobody's name gets the same screen`, async () => {
    await walker.open('/account/forgot')
    await walker.send({ name: newPerson().account.userName })
    assert.equal(await walker.text('main'), answer)
  })

  const link = await check('RS5', `${language}: the link comes by mail and leads to the shop`, () => mailedLink(name, 'reset'))
  assert.equal(status(await walker.open(link)), 200)
  await walker.look('P7-form')
  await check('UI3', `${language}: a password manager knows that a new password is asked for`, async () =>
    assert.equal(await walker.page.getAttribute('#password', 'autocomplete'), 'new-password'))
  for (const [password, why] of [['abc', 'short'], ['difference', 'letter-digit'], ['password1', 'common']]) {
    await check('P7', `${language}: a refused password, ${why}, is named, and the link stays good`, async () => {
      assert.equal(status(await walker.send({ password })), 400)
      assert.equal(await walker.page.inputValue('#password'), '')
      if (language === 'en') {
        assert.equal(await walker.text('[role=alert]'), { short: 'Use at least 6 characters.', 'letter-digit': 'Use at least one letter and one digit.',
          common: 'Many people use this password.' }[why])
      }
    })
    if (why === 'short') await walker.look('P7-refused', { error: true })
  }
  const password = `Difference-${shopper.password}`
  await check('P7', `${language}: a good one is saved, and the shopper signs in with it`, async () => {
    assert.equal(status(await walker.send({ password })), 200)
    assert.equal((await signIn(name, shopper.password)).status, 401)
    assert.equal((await signIn(name, password)).status, 200)
  })
  await walker.look('P7-saved')
  await check('RS1', `${language}: the link is used up`, async () => assert.equal(status(await walker.open(link)), 410))
  await walker.look('P7-dead')
  await walker.leave()
}

async function locked(language) {
  const shopper = newPerson(), name = shopper.account.userName
  await register(shopper)
  for (let i = 0; i < 10; ++i) await signIn(name, 'Not-The-Password-1')
  assert.equal((await signIn(name, shopper.password)).status, 401)
  const walker = await person({ language })
  await walker.open('/account/unlock')
  await walker.look('P8-ask')
  await check('P8', `${language}: asked for a link to unlock`, async () => assert.equal(status(await walker.send({ name })), 200))
  await mailedLink(name, 'unlock') // N6 had one, which the newer one ends
  const link = await check('P8', `${language}: it comes by mail`, () => mailedLink(name, 'unlock'))
  await walker.open(link)
  await walker.look('P8-press')
  await check('OC10', `${language}: looking at it unlocks nothing`, async () => assert.equal((await signIn(name, shopper.password)).status, 401))
  await check('P8', `${language}: the press of its button does`, async () => {
    assert.equal(status(await walker.send()), 200)
    assert.equal((await signIn(name, shopper.password)).status, 200)
  })
  await walker.look('P8-unlocked')
  await check('P8', `${language}: the link is used up`, async () => assert.equal(status(await walker.open(link)), 410))
  await walker.leave()
}

async function moved(language) {
  const shopper = newPerson(), address = newPerson().account.emailAddress
  const ticket = await register(shopper)
  const walker = await person({ language })
  const changed = await store('PUT', `accounts/${ticket.customerAccount.id}`, { emailAddress: address }, { 'x-vol-user-claims': ticket.accessToken })
  assert.equal(changed.status, 200, JSON.stringify(changed))
  await walker.open(`/account/confirm?u=${ticket.userId}`)
  await walker.look('P18-ask')
  const code = await mailedCode(address)
  for (const [typed, why] of [['12345', 'Enter all 6 digits.'], ['1234567', 'The code has only 6 digits.'], ['12345x', 'Use digits only.']]) {
    await check('UI12', `${language}: what is no code is said before a try is spent: ${why}`, async () => {
      assert.equal(status(await walker.send({ code: typed })), 400)
      if (language === 'en') assert.equal(await walker.text('[role=alert]'), why)
    })
  }
  await walker.look('P18-short', { error: true })
  await check('P18', `${language}: a wrong code is refused`, async () => assert.equal(status(await walker.send({ code: another(code) })), 401))
  await walker.look('P18-wrong', { error: true })
  await check('P18, UI2', `${language}: the right one, typed with a blank, takes the address into force`, async () => {
    assert.equal(status(await walker.send({ code: ` ${code.slice(0, 3)} ${code.slice(3)} ` })), 200)
    assert.equal((await signIn(address, shopper.password)).status, 200)
  })
  await walker.look('P18-confirmed')
  await walker.leave()
}

async function refused(language) {
  const walker = await person({ language })
  await check('UI23', `${language}: a page that is not there says so in the shop's look`, async () =>
    assert.equal(status(await walker.open('/account/nothing')), 404))
  await walker.look('not-found', { shopName: false })
  await walker.leave()
}

try {
  for (const language of languages) for (const walk of [forgotten, locked, moved, refused]) await walk(language)
} finally {
  await close()
}
