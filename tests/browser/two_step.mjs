// SPDX-License-Identifier: MIT
// W1 to W12 (docs/pages.md): a customer turns two-factor authentication on, signs in with it in every way, loses the device,
// moves to another one and turns it off.
import assert from 'node:assert/strict'
import { another, mailed } from './mail.mjs'
import { appCode, check, close, nextCode, pass, person, walk } from './walk.mjs'
import { back, confirm, customer, customerWithApp, enter, eventNames, events, knock, lastEvent, mailedLink, shownCodes, shownKey, signedIn, status, turnOn, withdrawn, withSettings } from './people.mjs'
import { asOperator, record } from './desk_people.mjs'

const P1 = '/account/sign-in', P2 = '/account/sign-in/code', P3 = '/account/sign-in/recovery', overview = '/account/', settings = '/account/settings'
const setUp = '/account/settings/two-step/set-up'
const told = (who, subject) => mailed(who.email, (each) => each.startsWith(subject))

await walk('W1', 'set-up by scanning gives ten codes; the customer stays signed in, and the next sign-in asks for a code', async () => {
  const ada = await customer(), walker = await signedIn(ada)
  await walker.glance('P9')
  await walker.press('Settings')
  await walker.at(settings)
  await walker.glance('P10-none')
  await walker.press(/^Set up two-factor authentication/)
  await walker.at(setUp)
  await walker.glance('P11')
  const key = await shownKey(walker)
  await check('W1', 'P11: the app will show the shop and who it is', async () => {
    assert.equal(key.label, `demo:${ada.name}`)
    assert.equal(key.issuer, 'demo')
    await walker.reads(ada.name)
  })
  await check('UI14', 'the key as text stands in groups of four', async () => assert.match(key.typed.trim(), /^[A-Z2-7]{4}(\s[A-Z2-7]{4}){7}$/))
  await check('UI13', 'the picture has a name, is 200 px wide and more, and can be read from a page of 320 px', async () => {
    assert.ok((await walker.page.locator('.qr svg').evaluate((each) => each.getBoundingClientRect().width)) >= 200)
    assert.ok(await walker.page.getByRole('img').first().evaluate((each) => each.querySelector('title')?.textContent || each.getAttribute('aria-label') || each.alt))
    await walker.page.setViewportSize({ width: 320, height: 700 })
    for (const colorScheme of ['dark', 'light']) {
      await walker.page.emulateMedia({ colorScheme })
      assert.equal((await shownKey(walker)).secret, key.secret, colorScheme)
    }
    await walker.page.setViewportSize({ width: 1600, height: 1000 })
  })
  await check('W1', 'P11: a wrong code changes nothing, and the key stays', async () => {
    assert.equal(status(await walker.press('Turn on', { code: another(appCode(key.secret)) })), 401)
    await walker.reads('That code is not right. Check your app or message and enter it again.')
    await walker.reads('turn on automatic time on your phone')
    await walker.look('P11-wrong', { error: true })
    assert.equal((await shownKey(walker)).secret, key.secret)
  })
  let used
  await check('UI1, UI2', 'a code with a blank is taken, a leading nought with it', async () => {
    used = appCode(key.secret)
    await walker.press('Turn on', { code: ` ${used.slice(0, 3)} ${used.slice(3)} ` })
  })
  await check('TO4', 'it is not good for a sign-in as well', async () => {
    const again = await person({ name: ada.name })
    await knock(ada, again)
    await again.at(P2)
    assert.equal(status(await again.press('Continue', { code: used })), 401)
    await again.reads('That code was already used. Wait for the next one.')
    await again.look('P2-used', { error: true })
    assert.equal(lastEvent(ada, '2fa.failure').reason, 'replayed')
    await again.leave()
  })
  ada.key = key.secret
  ada.codes = await shownCodes(walker)
  await check('W1', 'ten recovery codes of four times four', async () => {
    assert.equal(new Set(ada.codes).size, 10)
    for (const each of ada.codes) assert.match(each, /^[A-HJ-NP-Z2-9]{4}(-[A-HJ-NP-Z2-9]{4}){3}$/)
  })
  await walker.glance('P12')
  await walker.press('Finish', { saved: true })
  await walker.reads('Two-factor authentication is on.')
  await walker.look('P13')
  await check('W1', 'mail N1 says so', () => told(ada, 'Two-factor authentication is on'))
  await walker.open('/account/')
  await check('W1', 'the customer is still signed in', () => walker.at(overview))
  await walker.glance('P9-app')
  await walker.open('/account/settings')
  await walker.glance('P10-app')

  const again = await person({ name: ada.name })
  await knock(ada, again)
  await again.at(P2)
  await again.glance('P2')
  await again.press('Continue', { code: nextCode(ada.key) })
  await again.at(overview)
  await check('W1', 'the trail has it', () => {
    const names = eventNames({ account: ada.account })
    for (const each of ['2fa.setup_started', '2fa.enabled', 'recovery.codes_created', 'recovery.saved_confirmed', 'signin.pending', '2fa.success'])
      assert.ok(names.includes(each), `${each} in ${names}`)
  })
})

await walk('W2', 'the same with scripts off, by the key typed from the screen', async () => {
  const ada = await customer(), walker = await person({ name: ada.name, scripts: false })
  await enter(ada, walker)
  await walker.press('Settings')
  await walker.press(/^Set up two-factor authentication/)
  ada.key = (await walker.text('.key')).replace(/\s/g, '')
  await walker.press('Turn on', { code: appCode(ada.key) })
  ada.codes = await shownCodes(walker)
  assert.equal(ada.codes.length, 10)
  await check('UI15', 'the codes can be downloaded with scripts off', async () => {
    const [download] = await Promise.all([walker.page.waitForEvent('download'), (await walker.named(/^Download/)).click()])
    const { readFileSync } = await import('node:fs')
    const text = readFileSync(await download.path(), 'latin1')
    assert.match(download.suggestedFilename(), /\.txt$/)
    for (const each of ada.codes) assert.ok(text.includes(`${each}\r\n`), text)
    assert.ok(text.includes(ada.name) && text.includes('demo'), text)
    assert.doesNotMatch(text, /[^\r]\n/)
  })
  await check('UI15', 'Finish needs the tick', async () => {
    const before = walker.page.url()
    await (await walker.named('Finish')).click()
    assert.equal(walker.page.url(), before)
    assert.equal((await shownCodes(walker)).length, 10)
  })
  await walker.press('Finish', { saved: true })
  await check('UI16', 'Back does not show the codes again', async () => {
    await back(walker)
    assert.deepEqual(await shownCodes(walker), [])
  })
  await walker.open('/account/')
  await walker.at(overview)
  const again = await signedIn(ada, { scripts: false })
  await again.at(overview)
})

await walk('W3', 'a set-up that is opened and closed changes nothing, with and without an app', async () => {
  const ada = await customer(), walker = await signedIn(ada)
  await walker.open(setUp)
  const first = (await shownKey(walker)).secret
  await check('W3', 'P11: the same key at each look while the record lives', async () => {
    await walker.page.reload()
    assert.equal((await shownKey(walker)).secret, first)
    await walker.open(settings)
    await walker.open(setUp)
    assert.equal((await shownKey(walker)).secret, first)
  })
  await check('P11, TO8', 'after ten minutes the code is too late, and the key is another', async () => {
    pass(601)
    await walker.press('Turn on', { code: appCode(first) })
    await confirm(ada, walker)
    await walker.at(setUp)
    await walker.look('P11-over')
    assert.notEqual((await shownKey(walker)).secret, first)
  })
  await walker.leave()
  const after = await signedIn(ada)
  await turnOn(ada, after)
  await after.open('/account/settings')
  await after.press(/^Move to a new app/)
  await confirm(ada, after)
  assert.notEqual((await shownKey(after)).secret, ada.key)
  await after.open('/account/')
  const again = await signedIn(ada)
  await again.at(overview)
})

await walk('W4', 'a phone 25 s slow or fast is let in, one 95 s off is not, and is told about its clock', async () => {
  const ada = await customerWithApp()
  for (const seconds of [-25, 25]) {
    pass(60)
    const walker = await person({ name: ada.name })
    await knock(ada, walker)
    await walker.press('Continue', { code: appCode(ada.key, seconds) })
    await check('W4', `${seconds} s`, () => walker.at(overview))
    await walker.leave()
  }
  const walker = await person({ name: ada.name })
  pass(60)
  await knock(ada, walker)
  assert.equal(status(await walker.press('Continue', { code: appCode(ada.key, -95) })), 401)
  await walker.reads('That code is not right. Check your app or message and enter it again.')
  await walker.reads('turn on automatic time on your phone')
  await walker.look('P2-wrong', { error: true })
  assert.equal(lastEvent(ada, '2fa.failure').reason, 'drift')
})

await walk('W5', 'a wrong code, then the right one', async () => {
  const ada = await customerWithApp(), walker = await person({ name: ada.name })
  await knock(ada, walker)
  const code = nextCode(ada.key)
  assert.equal(status(await walker.press('Continue', { code: another(code) })), 401)
  await check('P2', 'the field is empty, and the clock is not blamed yet', async () => {
    assert.equal(await walker.page.inputValue('[name=code]'), '')
    await walker.lacks(/automatic time/)
  })
  assert.equal(status(await walker.press('Continue', { code: another(code) })), 401)
  await check('P2', 'from the second wrong one on it is', () => walker.reads('turn on automatic time on your phone'))
  for (const [typed, why] of [['12345', 'Enter all 6 digits.'], ['1234567', 'The code has only 6 digits.'], ['12345x', 'Use digits only.']]) {
    await check('UI12', `said before a try is spent: ${why}`, async () => {
      assert.equal(status(await walker.press('Continue', { code: typed })), 400)
      await walker.reads(why)
    })
  }
  await walker.look('P2-short', { error: true })
  await walker.press('Continue', { code })
  await walker.at(overview)
  await check('W5', 'what had not the form of a code is in no count', () =>
    assert.equal(events({ account: ada.account, names: ['2fa.failure'] }).length, 2))
})

await walk('P2', 'five wrong codes, and the sign-in begins anew; ten, and it rests', async () => {
  const ada = await customerWithApp(), walker = await person({ name: ada.name })
  for (const round of [1, 2]) {
    await knock(ada, walker)
    for (let i = 0; i < 5; ++i) {
      await walker.at(P2)
      await walker.press('Continue', { code: another(appCode(ada.key)) })
    }
    await walker.reads(/Sign in Please sign in again\./)
    if (round === 1) await walker.look('P1-again')
  }
  assert.ok(eventNames({ account: ada.account }).includes('2fa.exhausted'))
  await check('TO5', 'after ten a right code is refused as well, for 15 min', async () => {
    await knock(ada, walker)
    if (walker.path() === P2) await walker.press('Continue', { code: nextCode(ada.key) })
    await walker.reads(/Too many tries\. Try again in 1\d min/)
    await walker.look('P2-paused')
    pass(15 * 60)
    await knock(ada, walker)
    await walker.press('Continue', { code: nextCode(ada.key) })
    await walker.at(overview)
  })
})

await walk('W6, W7', 'a recovery code lets in once; the next sign-in asks for the app again', async () => {
  const ada = await customerWithApp(), walker = await person({ name: ada.name })
  await knock(ada, walker)
  await walker.press('Use a recovery code')
  await walker.at(P3)
  await walker.glance('P3')
  await check('UI4', 'its field has no numeric keyboard and nothing filled in', async () => {
    assert.equal(await walker.page.getAttribute('#recovery', 'autocomplete'), 'off')
    assert.notEqual(await walker.page.getAttribute('#recovery', 'inputmode'), 'numeric')
  })
  await walker.press('Continue', { recovery: ada.codes[0].toLowerCase().replaceAll('-', '') })
  await walker.at(overview)
  await check('W6', 'B1 says so, with nine left and the way to Settings', () =>
    walker.reads('You came in with a recovery code (9 left). If your app is gone, set up two-factor authentication again in Settings.'))
  await walker.look('P9-recovery')
  await check('W6, UI17', 'mail N4 and Settings tell how many are left', async () => {
    const { text } = await told(ada, 'A recovery code was used')
    assert.match(text, /\b9\b/)
    await walker.open(settings)
    await walker.reads(/\b9\b/)
  })
  const other = await person({ name: ada.name })
  await knock(ada, other)
  await check('W6', 'the next sign-in asks for the app', () => other.at(P2))
  await other.press('Use a recovery code')
  await check('W7', 'the same code again is refused', async () => {
    assert.equal(status(await other.press('Continue', { recovery: ada.codes[0] })), 401)
    await other.reads('That recovery code cannot be used. Try another one you saved.')
  })
  await other.look('P3-wrong', { error: true })
  await other.press('Continue', { recovery: ada.codes[1] })
  await check('W7', 'another one is not', () => other.at(overview))
  await check('B1', 'it stays until it is dismissed', async () => {
    await other.open('/account/')
    await other.reads('You came in with a recovery code (8 left).')
    await other.press(/^Dismiss/)
    await other.at(overview)
    await other.lacks(/You came in with a recovery code/)
  })
})

await walk('W8', 'codes spent and the device lost: the shop helps, and everything old is dead', async () => {
  const ada = await customerWithApp()
  for (const [used, code] of ada.codes.entries()) {
    const walker = await person({ name: ada.name })
    await knock(ada, walker)
    await walker.press('Use a recovery code')
    await walker.press('Continue', { recovery: code })
    await walker.at(overview)
    if (used === 6) {
      await check('B2', 'three left are few', () => walker.reads('3 recovery codes left. Make a new set.'))
      await walker.look('P9-few')
    }
    if (used === 9) {
      await check('B3', 'none left', () => walker.reads('No recovery codes left. Make a new set now.'))
      assert.ok(eventNames({ account: ada.account }).includes('recovery.empty'))
    }
    await walker.leave()
  }
  const walker = await person({ name: ada.name })
  await knock(ada, walker)
  await walker.press('Use a recovery code')
  await check('W8', 'no way in alone', async () => {
    assert.equal(status(await walker.press('Continue', { recovery: ada.codes[9] })), 401)
    await walker.reads('That recovery code cannot be used.')
  })
  const old = { ...ada }
  const desk = await asOperator('support')
  await record(desk, ada)
  await desk.press(/^Disable/)
  await desk.press(/^Disable/, { reason: 'Lost the phone, spoke on the telephone' })
  await desk.reads(/Two-factor authentication is now disabled for Ada Byron\./)
  withdrawn(ada)
  await check('W8', 'the password alone is enough now, and B4 tells why', async () => {
    await enter(ada, walker)
    await walker.reads(/The shop turned off two-factor authentication on /)
    await walker.look('P9-ended')
    await walker.press(/^Dismiss/)
    await walker.lacks(/The shop turned off/)
  })
  await turnOn(ada, walker)
  assert.notEqual(ada.key, old.key)
  const again = await person({ name: ada.name })
  await knock(ada, again)
  await check('W8', 'codes of the old app fail', async () => assert.equal(status(await again.press('Continue', { code: nextCode(old.key) })), 401))
  await again.press('Use a recovery code')
  await check('W8', 'recovery codes of the old set too', async () => assert.equal(status(await again.press('Continue', { recovery: old.codes[3] })), 401))
  await again.open(P2)
  await again.press('Continue', { code: nextCode(ada.key) })
  await again.at(overview)
})

await walk('W9, W10', 'turned off with the password, on again with another key', async () => {
  const ada = await customerWithApp(), walker = await signedIn(ada)
  await walker.open(settings)
  await walker.press(/^Disable two-factor authentication/)
  await walker.at('/account/settings/two-step/turn-off')
  await walker.glance('P14')
  await check('UI29', 'it says beforehand what ends', () => walker.reads(/recovery codes/i))
  await check('W9', 'a wrong password leaves it on', async () => {
    assert.equal(status(await walker.press(/^Disable|^Turn off/, { password: `${ada.password}x` })), 401)
    await walker.reads('That password is not right.')
    await walker.look('P14-wrong', { error: true })
    const other = await person({ name: ada.name })
    await knock(ada, other)
    await other.at(P2)
    await other.leave()
  })
  await walker.press(/^Disable|^Turn off/, { password: ada.password })
  await check('W9, UI29', 'it is off, and it says so', () => walker.reads('Two-factor authentication is off and your recovery codes no longer work.'))
  await walker.look('P10-off')
  await check('W9', 'mail N2 says so', () => told(ada, 'Two-factor authentication is off'))
  const old = { ...ada }
  withdrawn(ada)
  const other = await signedIn(ada)
  await check('W9', 'the next sign-in asks for nothing more', () => other.at(overview))
  await turnOn(ada, walker)
  assert.notEqual(ada.key, old.key)
  const again = await person({ name: ada.name })
  await knock(ada, again)
  await again.press('Use a recovery code')
  await check('W10', 'an old recovery code is dead', async () => assert.equal(status(await again.press('Continue', { recovery: old.codes[0] })), 401))
  await again.open(P2)
  await check('W10', 'the old app too', async () => assert.equal(status(await again.press('Continue', { code: nextCode(old.key) })), 401))
  await again.press('Continue', { code: nextCode(ada.key) })
  await again.at(overview)
})

await walk('W11', 'moving to a new app: abandoned, the old one works; done, only the new one does', async () => {
  const ada = await customerWithApp(), walker = await signedIn(ada)
  await walker.open(settings)
  await walker.press(/^Move to a new app/)
  const abandoned = (await shownKey(walker)).secret
  await walker.leave()
  const second = await signedIn(ada)
  await second.at(overview)
  await second.open(settings)
  await second.press(/^Move to a new app/)
  const key = (await shownKey(second)).secret
  await second.look('P11-move')
  await second.press('Move', { code: appCode(key) })
  await second.reads('Your new app is in force.')
  const old = ada.key
  ada.key = key
  const again = await person({ name: ada.name })
  await knock(ada, again)
  await check('W11', 'the old app is refused', async () => assert.equal(status(await again.press('Continue', { code: nextCode(old) })), 401))
  if (abandoned !== key) await check('W11', 'the abandoned key too', async () => assert.equal(status(await again.press('Continue', { code: nextCode(abandoned) })), 401))
  await again.press('Continue', { code: nextCode(key) })
  await again.at(overview)
  await again.leave()
  const other = await person({ name: ada.name })
  await knock(ada, other)
  await other.press('Use a recovery code')
  await other.press('Continue', { recovery: ada.codes[4] })
  await check('W11', 'the recovery codes are kept', () => other.at(overview))
  assert.ok(eventNames({ account: ada.account }).includes('2fa.moved'))
})

await walk('W12', 'a forgotten password with an app on: a new one, and then the code is still due', async () => {
  const ada = await customerWithApp(), walker = await person({ name: ada.name })
  await walker.open(P1)
  await walker.press(/^Forgot/)
  await walker.at('/account/forgot')
  await walker.send({ name: ada.name })
  await walker.open(await mailedLink(ada.email, 'account/reset'))
  ada.password = `Difference-${ada.password}`
  await walker.send({ password: ada.password })
  await check('W12', 'P2 appears, and nothing but it is open', async () => {
    await walker.at(P2)
    await walker.open('/account/settings')
    assert.ok([P1, P2].includes(walker.path()), walker.path())
  })
  await walker.leave()
  const other = await person({ name: ada.name })
  await knock(ada, other)
  await other.at(P2)
  await other.press('Continue', { code: nextCode(ada.key) })
  await check('W12', 'password new, app as it was', () => other.at(overview))
})

await walk('P15, B6', 'new recovery codes, and codes that nobody said are saved', async () => {
  const ada = await customerWithApp(), walker = await signedIn(ada)
  await walker.open(settings)
  await walker.press(/^Make new (recovery )?codes/)
  await walker.glance('P15')
  await walker.send({ password: ada.password, code: nextCode(ada.key) })
  const fresh = await shownCodes(walker)
  assert.equal(fresh.length, 10)
  await check('P15', 'mail N4b says so', () => told(ada, 'New recovery codes'))
  await walker.open('/account/')
  await check('B6', 'left without the tick', () => walker.reads('You have not confirmed that your recovery codes are saved.'))
  await walker.look('P9-unconfirmed')
  await check('P12', 'they are not shown again', async () => {
    await walker.open('/account/settings/two-step/codes')
    assert.deepEqual(await shownCodes(walker), [])
  })
  await walker.glance('P12-gone')
  await walker.open('/account/')
  await check('B6', 'confirmed on the overview, it goes', async () => {
    await walker.press(/saved/i)
    await walker.lacks(/You have not confirmed/)
    assert.ok(eventNames({ account: ada.account }).filter((each) => each === 'recovery.saved_confirmed').length >= 2)
  })
  const other = await person({ name: ada.name })
  await knock(ada, other)
  await other.press('Use a recovery code')
  await check('RC4', 'the old set is dead', async () => assert.equal(status(await other.press('Continue', { recovery: ada.codes[0] })), 401))
  await other.press('Continue', { recovery: fresh[0] })
  await other.at(overview)
})

await walk('UI9', 'the same help in the same place at each second step', async () => {
  const ada = await customerWithApp(), bob = await customer(), walker = await person({ name: ada.name }), other = await person({ name: bob.name })
  const help = (each) => each.page.locator('main > details:nth-last-child(-n+2) > summary').allInnerTexts()
  const both = ['Not received a code?', 'Lost your device?']
  await knock(ada, walker)
  assert.deepEqual(await help(walker), both)
  await walker.press('Use a recovery code')
  assert.deepEqual(await help(walker), both)
  await withSettings({ 'second_step.always': 'on' }, () => knock(bob, other))
  await other.at('/account/sign-in/sent-code')
  assert.deepEqual(await help(other), both)
})

await walk('UI25', 'a sign-in that waited too long says so, and keeps the name', async () => {
  const ada = await customerWithApp(), walker = await person({ name: ada.name })
  await knock(ada, walker)
  pass(601)
  await walker.press('Continue', { code: appCode(ada.key) })
  await walker.reads(/Sign in Please sign in again\./)
  assert.equal(await walker.page.inputValue('[name=name]'), ada.name)
})

await close()
