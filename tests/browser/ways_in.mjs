// SPDX-License-Identifier: MIT
// W13, W17 to W21, W23, W25 (docs/pages.md): the other ways in, and what the shop's rules ask: codes by e-mail and SMS, known
// devices and regions, locks and how they are undone, and who it is before the checkout.
import assert from 'node:assert/strict'
import { another, mailed, mailedCode, textedCode } from './mail.mjs'
import { newPerson } from './check.mjs'
import { check, close, nextCode, pass, person, walk } from './walk.mjs'
import { confirm, customer, customerWithApp, enter, eventNames, events, knock, mailedLink, signedIn, signIn, status, withSettings } from './people.mjs'
import { asOperator, record } from './desk_people.mjs'

const P1 = '/account/sign-in', P2 = '/account/sign-in/code', P4 = '/account/sign-in/sent-code', overview = '/account/'
let numbers = 0
const number = () => `+4930901820${String(10 + numbers++)}` // of nobody
const lock = async (who) => { for (let i = 0; i < 10; ++i) await signIn(who.name, 'Not-The-Password-1') }
const noMail = async (who, subject) => {
  // What is owed to somebody asked later has come, so what was owed before would be there.
  const later = await customer(), walker = await person()
  await walker.open('/account/forgot')
  await walker.send({ name: later.name })
  await mailed(later.email, (each) => each.startsWith('Choose a new password'))
  await walker.leave()
  const { readdirSync, readFileSync } = await import('node:fs')
  const all = readdirSync(`${process.env.MAIL_DIR}/new`).map((each) => readFileSync(`${process.env.MAIL_DIR}/new/${each}`, 'latin1'))
  assert.deepEqual(all.filter((each) => each.includes(`<${who.email}>`) || each.includes(`To: ${who.email}`)).filter((each) => each.includes(subject)), [])
}

await walk('W13', 'a forgotten password while locked, and while suspended', async () => {
  const ada = await customer(), walker = await person({ name: ada.name })
  await lock(ada)
  assert.equal((await signIn(ada.name, ada.password)).status, 401)
  await walker.open('/account/forgot')
  await walker.send({ name: ada.name })
  const answer = await walker.text('main')
  await walker.open(await mailedLink(ada.email, 'account/reset'))
  ada.password = `Difference-${ada.password}`
  await walker.send({ password: ada.password })
  await walker.at(P1)
  await walker.reads('Your new password is saved. Sign in with it.')
  await walker.look('P1-saved')
  await check('W13', 'the lock is gone', () => enter(ada, walker))
  const suspended = await customer(), desk = await asOperator('support')
  await record(desk, suspended)
  await desk.press(/^Suspend/)
  await desk.press(/^Suspend/)
  const other = await person({ name: suspended.name })
  await other.open('/account/forgot')
  await other.send({ name: suspended.name })
  await check('W13, EN1', 'who is suspended gets the same answer', async () => assert.equal(await other.text('main'), answer))
  await check('W13', 'and no mail', () => noMail(suspended, 'Choose a new password'))
})

await walk('W17', 'always: a code at each sign-in; what it makes needless keeps its value', async () => {
  const ada = await customer(), desk = await asOperator('manager')
  await withSettings({ 'second_step.on_fingerprint': 'on', 'second_step.always': 'off' }, async () => {
    await desk.open('/desk/rules')
    await desk.glance('M11')
    await desk.press('Save', { always: true })
    await check('W17', 'the two boxes are greyed and keep what they were', async () => {
      await desk.open('/desk/rules')
      for (const [name, on] of [['fp', true], ['region', false]]) {
        assert.ok(await desk.page.isDisabled(`main [name=${name}]`), name)
        assert.equal(await desk.page.isChecked(`main [name=${name}]`), on, name)
      }
    })
    await desk.look('M11-always')
    const walker = await person({ name: ada.name })
    for (let i = 0; i < 2; ++i) {
      await knock(ada, walker)
      await walker.at(P4)
      await walker.glance('P4')
      await check('UI11', 'the address is masked, and cannot be changed here', async () => {
        await walker.reads(/a•••@e•••\.com/)
        await walker.lacks(/@example\.com/)
      })
      await walker.press('Continue', { code: await mailedCode(ada.email) })
      await walker.at(overview)
      await walker.press('Sign out')
      await walker.at(P1)
    }
    await desk.open('/desk/rules')
    await desk.press('Save', { always: false })
    await check('W17', 'switched off again, they are as they were', async () => {
      await desk.open('/desk/rules')
      assert.ok(await desk.page.isEnabled('main [name=fp]'))
      assert.ok(await desk.page.isChecked('main [name=fp]'))
      assert.ok(!(await desk.page.isChecked('main [name=region]')))
    })
    assert.ok(events({ names: ['policy.changed'] }).length >= 2)
  })
})

await walk('W18', 'on a new device: at first, and on another one; the same for a region; both on, either change asks once', async () => {
  const home = '192.0.2.7', abroad = '198.51.100.7'
  const asks = async (walker, who, yes) => {
    await knock(who, walker)
    if (!yes) return walker.at(overview)
    await walker.at(P4)
    await walker.press('Continue', { code: await mailedCode(who.email) })
    await walker.at(overview)
  }
  const leaves = (walker) => walker.press('Sign out')
  const from = (walker, address) => walker.context.setExtraHTTPHeaders({ 'Accept-Language': 'en', 'X-Forwarded-For': address })
  await withSettings({ 'second_step.on_fingerprint': 'on' }, async () => {
    const ada = await customer(), first = await person({ name: ada.name, from: home })
    await check('W18', 'device: the first sign-in ever is asked', () => asks(first, ada, true))
    await leaves(first)
    await check('W18', 'device: the same one is not', () => asks(first, ada, false))
    const second = await person({ name: ada.name, from: home })
    await check('W18', 'device: another one is', () => asks(second, ada, true))
  })
  await withSettings({ 'second_step.on_region': 'on' }, async () => {
    const ada = await customer(), walker = await person({ name: ada.name, from: home })
    await check('W18', 'region: the first sign-in ever is asked', () => asks(walker, ada, true))
    await leaves(walker)
    await from(walker, '192.0.2.9')
    await check('W18', 'region: the same one is not', () => asks(walker, ada, false))
    await leaves(walker)
    await from(walker, abroad)
    await check('W18', 'region: another one is', () => asks(walker, ada, true))
  })
  await withSettings({ 'second_step.on_fingerprint': 'on', 'second_step.on_region': 'on' }, async () => {
    const ada = await customer(), walker = await person({ name: ada.name, from: home })
    await asks(walker, ada, true)
    await leaves(walker)
    await from(walker, abroad)
    await check('W18', 'both: another region alone asks, once', async () => {
      await asks(walker, ada, true)
      await leaves(walker)
      await asks(walker, ada, false)
    })
    const other = await person({ name: ada.name, from: abroad })
    await check('W18', 'both: another device alone asks, once', async () => {
      await asks(other, ada, true)
      await leaves(other)
      await asks(other, ada, false)
    })
  })
})

await walk('W19', 'a code by e-mail in place of the password: six digits, three minutes, three tries; with an app that is asked for too', async () => {
  const ada = await customer()
  const hidden = await person()
  await hidden.open(P1)
  await check('P5', 'off: no link, and no page', async () => {
    await hidden.lacks(/E-mail me a code/)
    assert.equal(status(await hidden.open('/account/sign-in/one-time')), 404)
  })
  await withSettings({ 'signin.email_code': 'on' }, async () => {
    const walker = await person({ name: ada.name })
    const ask = async () => {
      await walker.open(P1)
      await walker.press(/^E-mail me a code/)
      await walker.at('/account/sign-in/one-time')
      await walker.glance('P5')
      await walker.send({ name: ada.name })
      await walker.reads('If we have an account for that, a message is on its way.')
    }
    await ask()
    await walker.look('P5-sent')
    const first = await mailedCode(ada.email)
    assert.match(first, /^\d{6}$/)
    for (let i = 0; i < 2; ++i) assert.equal(status(await walker.press('Continue', { code: another(first) })), 401)
    await walker.press('Continue', { code: another(first) })
    await check('W19', 'the third wrong one ends it', () => walker.reads('Too many wrong tries for this code. Ask for a new one.'))
    await walker.look('P5-spent', { error: true })
    await walker.press('Continue', { code: first }).catch(() => {})
    await walker.lacks(/Sign out/, 'body')
    await ask()
    const second = await mailedCode(ada.email)
    pass(181)
    await walker.press('Continue', { code: second })
    await check('W19, OC2', 'after three minutes it has run out', () => walker.reads('This code has run out. Ask for a new one.'))
    await ask()
    await walker.press('Continue', { code: await mailedCode(ada.email) })
    await check('W19', 'in time it lets in', () => walker.at(overview))
    const bob = await customerWithApp(), other = await person({ name: bob.name })
    await other.open('/account/sign-in/one-time')
    await other.send({ name: bob.name })
    await other.press('Continue', { code: await mailedCode(bob.email) })
    await check('W19, X15', 'with an app P2 follows', () => other.at(P2))
    await other.press('Continue', { code: nextCode(bob.key) })
    await other.at(overview)
    const nobody = await person()
    await nobody.open('/account/sign-in/one-time')
    await nobody.send({ name: newPerson().account.userName })
    await check('P5, EN1', 'the answer for nobody is the same', () => nobody.reads('If we have an account for that, a message is on its way.'))
  })
})

await walk('P4', 'a new code rests 30 s, and ends the ones before', async () => {
  const ada = await customer(), walker = await person({ name: ada.name })
  await withSettings({ 'second_step.always': 'on' }, async () => {
    await knock(ada, walker)
    const first = await mailedCode(ada.email)
    await check('UI10', 'with scripts off the button comes back by a reload', async () => {
      const resting = async () => (await walker.has('main button:has-text("Send a new code")')) === 0 || walker.page.isDisabled('main button:has-text("Send a new code")')
      assert.ok(await resting())
      pass(31)
      await walker.page.reload()
      assert.ok(!(await resting()))
    })
    await walker.press(/^Send a new code/)
    await walker.reads(/We sent a new code at .+\. Earlier codes no longer work\./)
    await walker.look('P4-new')
    const second = await mailedCode(ada.email)
    if (first !== second) {
      assert.equal(status(await walker.press('Continue', { code: first })), 401)
      await check('P4', 'an older code than the newest is named', () => walker.reads(/A newer code was sent at .+\. Use that one\./))
      await walker.look('P4-newer', { error: true })
    }
    assert.equal(status(await walker.press('Continue', { code: another(second) })), 401)
    await walker.press('Continue', { code: another(second) })
    await walker.reads('Too many wrong tries for this code. Ask for a new one.')
    await walker.look('P4-spent', { error: true })
    pass(31)
    await walker.page.goto(new URL(P4, walker.page.url()).href)
    await walker.press(/^Send a new code/)
    await walker.press('Continue', { code: await mailedCode(ada.email) })
    await walker.at(overview)
  })
})

await walk('W20', 'SMS as the default: an old customer signs in as before, a new one verifies a number first', async () => {
  const old = await customer(), desk = await asOperator('manager')
  await withSettings({ 'second_step.default': 'none' }, async () => {
    await desk.open('/desk/rules')
    await desk.press('Save', { method: 'sms' })
    const walker = await signedIn(old)
    await check('W20', 'the old one is asked for nothing more', () => walker.at(overview))
    const made = newPerson(), phone = number(), fresh = await person({ name: made.account.userName })
    await fresh.open(P1)
    await fresh.press(/^(Create an account|Register)/)
    await fresh.at('/account/register')
    await fresh.glance('P19')
    await fresh.press('Continue', { first: 'Ada', last: 'Byron', email: made.account.emailAddress, phone, password: made.password })
    await fresh.look('P19-code')
    await fresh.press('Continue', { code: await mailedCode(made.account.emailAddress) })
    await fresh.look('P19-number')
    await fresh.press('Continue', { code: await textedCode(phone) })
    await check('W20, X9', 'the code that verified the number is the first sign-in code too', () => fresh.at(overview))
    const again = await person({ name: made.account.userName })
    await knock({ name: made.account.emailAddress, password: made.password }, again)
    await again.at(P4)
    await again.press('Continue', { code: await textedCode(phone) })
    await again.at(overview)
  })
})

await walk('P19, X12', 'an address that is taken gets the same answer, and its owner a mail', async () => {
  const ada = await customer(), made = newPerson()
  const register = async (email, walker) => {
    await walker.open('/account/register')
    await walker.press('Continue', { first: 'Ada', last: 'Byron', email, password: made.password })
    return (await walker.text('main')).replaceAll(email, 'ADDRESS').replace(/\d{1,2}:\d{2}/g, 'TIME')
  }
  const one = await register(made.account.emailAddress, await person()), two = await register(ada.email, await person())
  assert.equal(one, two)
  await mailed(ada.email, (each) => each.startsWith('You already have an account'))
})

await walk('W21', 'SMS with a number that is not verified is refused, with the way to do it; then it is used', async () => {
  const ada = await customer(), walker = await signedIn(ada), phone = number()
  await walker.open('/account/settings')
  await check('W21, OC9', 'no number, no codes by SMS', async () => {
    await walker.press(/^Use a code by e-mail or SMS instead/)
    await walker.at('/account/settings/method')
    assert.ok(await walker.page.isDisabled('main [name=method][value=sms]'))
    await walker.page.locator('[name=method][value=sms]').evaluate((each) => { each.disabled = false; each.checked = true })
    assert.equal(status(await walker.press('Save')), 409)
    await walker.reads('Your number is not verified yet. Verify it first, then choose SMS.')
    await walker.look('P10-method-refused')
    await walker.press('Verify your number')
    await walker.at('/account/settings/phone')
  })
  await walker.glance('P18-phone')
  await walker.send({ phone })
  await walker.look('P18-code')
  const code = await textedCode(phone)
  assert.equal(status(await walker.press(/^(Continue|Confirm)/, { code: another(code) })), 401)
  await walker.press(/^(Continue|Confirm)/, { code })
  assert.ok(eventNames({ account: ada.account }).includes('contact.verified'))
  await walker.open('/account/settings/method')
  await walker.glance('P10-method')
  await walker.press('Save', { method: 'sms' })
  await walker.at('/account/settings')
  const again = await person({ name: ada.name })
  await knock(ada, again)
  await again.at(P4)
  await again.reads(new RegExp(`•.*${phone.slice(-2)}`))
  await again.lacks(new RegExp(phone.slice(-5)))
  await again.look('P4-sms')
  await again.press('Continue', { code: await textedCode(phone) })
  await check('W21', 'the next sign-in sends an SMS', () => again.at(overview))
  await again.open('/account/settings')
  await again.look('P10-sms')
})

await walk('P18', 'a new e-mail address is in force when its code is entered, and both are told', async () => {
  const ada = await customer(), walker = await signedIn(ada), address = newPerson().account.emailAddress
  await walker.open('/account/settings/email')
  await walker.glance('P18-email')
  await walker.send({ email: address })
  assert.equal((await signIn(address, ada.password)).status, 401)
  await walker.press(/^(Continue|Confirm)/, { code: await mailedCode(address) })
  for (const each of [ada.email, address]) await mailed(each, (subject) => subject.startsWith('A contact of your account'))
  await walker.open('/account/settings')
  await walker.reads(address)
  assert.ok(eventNames({ account: ada.account }).includes('contact.changed'))
})

await walk('W23', 'ten wrong passwords lock; an operator, a link and a reset each undo it', async () => {
  const refused = 'Those details did not let you in. Check them, or reset your password or unlock your account by e-mail.'
  const free = async (how) => {
    const ada = await customer(), walker = await person({ name: ada.name })
    for (let i = 0; i < 10; ++i) {
      if (i < 9) await signIn(ada.name, 'Not-The-Password-1')
      else assert.equal(status(await knock({ ...ada, password: 'Not-The-Password-1' }, walker)), 401)
    }
    await walker.reads(refused)
    await check('UI24', 'a refused sign-in keeps the name and clears the password', async () => {
      assert.equal(await walker.page.inputValue('[name=name]'), ada.name)
      assert.equal(await walker.page.inputValue('[name=password]'), '')
    })
    await walker.look('P1-refused', { error: true })
    assert.equal(status(await knock(ada, walker)), 401)
    assert.ok(eventNames({ account: ada.account }).includes('account.locked'))
    await how(ada, walker)
    await enter(ada, walker)
    return eventNames({ account: ada.account })
  }
  await check('W23', 'by an operator', async () => assert.ok((await free(async (ada) => {
    const desk = await asOperator('support')
    await record(desk, ada)
    await desk.look('M2-locked')
    await desk.press(/^Unlock/)
    await desk.look('M6')
    await desk.press(/^Unlock/)
    await desk.leave()
  })).includes('account.unlocked')))
  await check('W23', 'by the link', async () => assert.ok((await free(async (ada, walker) => {
    await walker.open(await mailedLink(ada.email, 'account/unlock')) // N6 has one
    await walker.send()
  })).includes('account.unlocked')))
  await check('W23', 'by a reset', async () => assert.ok((await free(async (ada, walker) => {
    await walker.open('/account/forgot')
    await walker.send({ name: ada.name })
    await walker.open(await mailedLink(ada.email, 'account/reset'))
    ada.password = `Difference-${ada.password}`
    await walker.send({ password: ada.password })
  })).includes('password.reset_done')))
})

await walk('W25', 'who it is before the checkout: after six minutes the password, and back to the cart', async () => {
  const ada = await customer(), walker = await signedIn(ada)
  await walker.context.route((url) => url.pathname === '/cart', (route) => route.fulfill({ contentType: 'text/html', body: '<title>Cart</title><main>3 things</main>' }))
  await walker.open('/account/step-up?to=/cart%3Fid%3D7')
  await check('W25', 'just signed in, nothing is asked', () => walker.at('/cart'))
  pass(360)
  await walker.open('/account/step-up?to=/cart%3Fid%3D7')
  await walker.at('/account/step-up')
  await walker.glance('P17')
  assert.equal(status(await walker.press(/^(Continue|Confirm)/, { password: `${ada.password}x` })), 401)
  await walker.reads('That password is not right.')
  await walker.look('P17-wrong', { error: true })
  await walker.press(/^(Continue|Confirm)/, { password: ada.password })
  await check('W25', 'then it is the cart again', async () => {
    await walker.at('/cart')
    assert.equal(new URL(walker.page.url()).search, '?id=7')
  })
  for (const each of ['stepup.success', 'stepup.failure']) assert.ok(eventNames({ account: ada.account }).includes(each), each)
  await check('W25', 'nowhere but to the shop', async () => {
    for (const to of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
      await walker.open(`/account/step-up?to=${encodeURIComponent(to)}`)
      assert.ok(walker.path().startsWith('/account/'), `${to} leads to ${walker.page.url()}`)
    }
    assert.deepEqual(walker.foreign, [])
  })
})

await walk('P16', 'sessions: seen after one factor, one ended, all others ended', async () => {
  const ada = await customer(), walker = await signedIn(ada)
  const agents = { Firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' }
  const second = await signedIn(ada, { agent: agents.Firefox, from: '203.0.113.7' }), third = await signedIn(ada)
  await walker.open('/account/sessions')
  await confirm(ada, walker)
  await walker.reads('Firefox')
  await walker.reads(/this one/i)
  await walker.glance('P16')
  await walker.press(/^End\b.*Firefox/)
  await second.open('/account/')
  await check('P16', 'the ended one is at P1', () => second.at(P1))
  await walker.open('/account/sessions')
  await walker.press(/^End all others/)
  await third.open('/account/')
  await check('P16', 'all others too', () => third.at(P1))
  await walker.open('/account/')
  await walker.at(overview)
  assert.ok(eventNames({ account: ada.account }).includes('session.ended'))
})

await walk('P17a', 'the password changed: the rules are named, other sessions end, a mail says so', async () => {
  const ada = await customer(), walker = await signedIn(ada), other = await signedIn(ada)
  await walker.open('/account/settings/password')
  await walker.glance('P17a')
  assert.equal(status(await walker.send({ password: ada.password, new: 'abc' })), 400)
  await walker.reads('Use at least 6 characters.')
  await walker.look('P17a-refused', { error: true })
  const next = `Difference-${ada.password}`
  await walker.send({ password: ada.password, new: next })
  await mailed(ada.email, (subject) => subject.startsWith('Your password'))
  await other.open('/account/')
  await check('P17a', 'other sessions end', () => other.at(P1))
  await walker.open('/account/')
  await check('P17a', 'this one does not', () => walker.at(overview))
  assert.equal((await signIn(ada.name, next)).status, 200)
})

await walk('EN1', 'a wrong password, an unknown name, a suspended and a locked account look alike', async () => {
  const ada = await customer(), locked = await customer()
  await lock(locked)
  const walker = await person(), seen = new Set()
  for (const who of [{ ...ada, password: 'Not-The-Password-1' }, { name: 'nobody@example.com', password: 'x1234567' }, locked]) {
    assert.equal(status(await knock(who, walker)), 401)
    seen.add((await walker.page.content()).replaceAll(who.name, 'NAME'))
  }
  assert.equal(seen.size, 1)
})

await close()
