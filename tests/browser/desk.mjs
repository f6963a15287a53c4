// SPDX-License-Identifier: MIT
// W14 to W16, W22, W24, W26 and the screens M1 to M16 (docs/pages.md): what operators see and do, and what it does to customers.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { mailed } from './mail.mjs'
import { newPerson, shop } from './check.mjs'
import { check, close, pass, person, walk } from './walk.mjs'
import { customer, customerWithApp, enter, eventNames, events, knock, mailedLink, signedIn, signIn, status } from './people.mjs'
import { asOperator, record } from './desk_people.mjs'

const P1 = '/account/sign-in', overview = '/account/'
const until = async (what) => {
  for (const end = Date.now() + 20_000; !what(); await new Promise((soon) => setTimeout(soon, 30))) assert.ok(Date.now() < end, `${what} does not come true`)
}
const disabled = (who) => events({ account: who.account, names: ['2fa.disabled'] })
const panel = (desk) => desk.page.locator('section.panel', { hasText: 'Two-factor authentication' }).first()

await walk('W14', 'a record says Disabled without a button, and Enabled with one', async () => {
  const off = await customer(), on = await customerWithApp(), desk = await asOperator('support')
  await record(desk, off)
  await desk.glance('M2')
  await check('W14, UI27', 'off: Disabled, and nothing of a button in the HTML', async () => {
    assert.match(await panel(desk).innerText(), /Disabled/)
    assert.doesNotMatch(await desk.page.content(), /two-step\/disable/)
  })
  await record(desk, on)
  await desk.glance('M2-app')
  await check('W14', 'on: Enabled, and the button', async () => {
    assert.match(await panel(desk).innerText(), /Enabled[^]*10/)
    await desk.named(/^Disable/)
  })
  await check('M3', 'no key, no codes, no way to turn it on', async () => {
    const page = await desk.page.content()
    for (const each of [on.key, ...on.codes]) assert.ok(!page.includes(each))
    assert.doesNotMatch(await panel(desk).innerText(), /Enable\b|Set up/)
  })
  assert.ok(eventNames({ account: on.account }).includes('customer.viewed'))
})

await walk('W15', 'the button asks first; Cancel changes nothing, Disable tells everybody', async () => {
  const ada = await customerWithApp(), desk = await asOperator('support')
  await record(desk, ada)
  await desk.press(/^Disable/)
  await desk.glance('M4')
  await check('UI29', 'it names the customer and says what ends', async () => {
    const said = (await desk.text('dialog[open], main')).replace(/\s+/g, ' ')
    assert.match(said, /Ada Byron/)
    assert.match(said, /recovery codes/i)
  })
  await (await desk.named('Cancel')).click()
  await record(desk, ada)
  await check('W15', 'Cancel: nothing changed, no event', async () => {
    assert.match(await panel(desk).innerText(), /Enabled/)
    assert.equal(disabled(ada).length, 0)
  })
  await desk.press(/^Disable/)
  await check('M4', 'without a reason it is refused', async () => {
    const answer = await desk.press(/^Disable/, { reason: ' ' }).catch(() => undefined)
    if (answer) assert.equal(status(answer), 400)
    assert.equal(disabled(ada).length, 0)
  })
  await record(desk, ada)
  await desk.press(/^Disable/)
  await desk.press(/^Disable/, { reason: 'Lost the phone, spoke on the telephone' })
  await check('W15', 'Disable: the desk says so', () => desk.reads(/Two-factor authentication is now disabled for Ada Byron\./))
  await desk.look('M2-disabled')
  await check('W15', 'the event has the operator\'s name', () => {
    const [event, ...more] = disabled(ada)
    assert.equal(more.length, 0)
    assert.ok(JSON.stringify(event).includes('Sophie Germain'), JSON.stringify(event))
    assert.match(JSON.stringify(event), /"operator"/)
  })
  await check('W15', 'the customer has a mail', () => mailed(ada.email, (subject) => subject.startsWith('Two-factor authentication is off')))
  await check('M5', 'a stale page\'s button: 409, no second event', async () => {
    const answer = await desk.page.goto(new URL(`/desk/customers/${ada.account}/two-step/disable`, shop.url).href)
    assert.ok([200, 404, 409].includes(status(answer)))
    assert.equal(disabled(ada).length, 1)
  })
})

await walk('W16', 'two operators press Disable together', async () => {
  const ada = await customerWithApp()
  const two = [await asOperator('support'), await asOperator('support', { who: 'another' })]
  for (const desk of two) {
    await record(desk, ada)
    await desk.press(/^Disable/)
  }
  const answers = await Promise.all(two.map((desk) => desk.press(/^Disable/, { reason: 'Both at once' })))
  await check('W16', 'one is told that it is done, the other that it was', () => assert.deepEqual(answers.map(status).sort(), [200, 409]))
  const late = two[answers.findIndex((each) => status(each) === 409)]
  await late.reads('It was already disabled.')
  await late.look('M5')
  await check('W16', 'one event', () => assert.equal(disabled(ada).length, 1))
  await check('W16', 'one mail', async () => {
    const subject = (each) => each.startsWith('Two-factor authentication is off')
    await mailed(ada.email, subject)
    const later = await customer(), walker = await person()
    await walker.open('/account/forgot')
    await walker.send({ name: later.name })
    await mailed(later.email)
    const { readdirSync } = await import('node:fs')
    const all = readdirSync(`${process.env.MAIL_DIR}/new`).map((each) => readFileSync(`${process.env.MAIL_DIR}/new/${each}`, 'latin1'))
    assert.equal(all.filter((each) => each.includes(ada.email) && /^Subject: Two-factor authentication is off/m.test(each)).length, 1)
  })
})

await walk('W22', 'suspended during a session: the next click is P1; activated, the old session stays dead', async () => {
  const ada = await customer(), walker = await signedIn(ada), desk = await asOperator('support')
  await record(desk, ada)
  await desk.press(/^Suspend/)
  await desk.glance('M8')
  await desk.press(/^Suspend/)
  await walker.press('Settings')
  await check('W22', 'the customer is at P1', () => walker.at(P1))
  assert.equal((await signIn(ada.name, ada.password)).status, 401)
  await record(desk, ada)
  await desk.reads('Suspended')
  await desk.look('M2-suspended')
  await desk.press(/^Activate/)
  await desk.press(/^Activate/)
  await walker.open('/account/')
  await check('W22', 'activated: the old session stays dead', () => walker.at(P1))
  await check('W22', 'and a new one begins', () => enter(ada, walker))
  for (const each of ['account.suspended', 'account.activated']) assert.ok(eventNames({ account: ada.account }).includes(each), each)
})

await walk('W24', 'an operator as the customer: marked, and nothing that signs in can be changed', async () => {
  const ada = await customerWithApp(), desk = await asOperator('manager')
  await record(desk, ada)
  await desk.press(/^Sign in as/)
  await desk.glance('M10')
  await desk.press(/^Sign in as/)
  await desk.at(overview)
  await check('W24', 'B5 on every page', async () => {
    for (const page of ['/account/', '/account/settings', '/account/sessions']) {
      await desk.open(page)
      if (desk.path() === page) await desk.reads('Grace Hopper is acting for this customer.')
    }
  })
  await desk.open('/account/settings')
  await desk.look('P10-acting')
  await check('W24', 'no button of the panel is there', async () => {
    assert.doesNotMatch(await desk.text('main'), /Disable two-factor|Make new|Move to a new app/)
  })
  await check('W24', 'and every page of a change is 403', async () => {
    for (const page of ['settings/two-step/set-up', 'settings/two-step/turn-off', 'settings/password', 'settings/email', 'settings/phone', 'settings/method'])
      assert.equal(status(await desk.open(`/account/${page}`)), 403, page)
  })
  await desk.look('acting-refused', { shopName: false })
  await desk.open('/account/')
  await desk.press('Sign out')
  const mine = events({ account: ada.account })
  for (const each of ['as_customer.started', 'as_customer.ended'])
    assert.ok(mine.some((event) => event.name === each && JSON.stringify(event).includes('Grace Hopper')), each)
  await check('W24', 'half an hour, and it ends', async () => {
    await record(desk, ada)
    await desk.press(/^Sign in as/)
    await desk.press(/^Sign in as/)
    pass(1801)
    await desk.open('/account/')
    await desk.at(P1)
  })
})

// A receiver of web hooks on this machine.
async function receiver() {
  const got = []
  const server = createServer((request, answer) => {
    let body = ''
    request.on('data', (bytes) => { body += bytes })
    request.on('end', () => { got.push({ headers: request.headers, body }); answer.end() })
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  return { got, url: `http://127.0.0.1:${server.address().port}/hook`, end: () => new Promise((ended) => { server.closeAllConnections(); server.close(ended) }) }
}

await walk('W26', 'the event log, the operators\' mail and the web hook of one act carry the same id and time', async () => {
  const hook = await receiver()
  try {
    const desk = await asOperator('manager', { who: 'who is told', called: ['Katherine', 'Johnson'] }), ada = await customerWithApp()
    await desk.open('/desk/notifications')
    await desk.glance('M14')
    await desk.press('Add web hook')
    await desk.glance('M14-new')
    await desk.fill({ name: 'Order system', address: hook.url, 'g_second-step': true })
    await desk.press('Add web hook')
    await desk.look('M14-secret')
    await desk.press('I have kept it')
    await check('M14', 'the secret is shown once', async () => assert.equal(await desk.has('[data-copy]'), 0))
    await check('M14', 'a test is sent, and the log says what became of it', async () => {
      await desk.press('Send a test')
      await until(() => hook.got.length)
    })
    await desk.open('/desk/notifications')
    await desk.press(desk.operator.shown)
    await desk.look('M14-mail')
    await desk.press('Save', { 'g_second-step': 'active' })
    await record(desk, ada)
    await desk.press(/^Disable/)
    await desk.press(/^Disable/, { reason: 'Asked for it' })
    const [event] = disabled(ada)
    let mail
    do mail = await mailed(desk.operator.name); while (!mail.text.includes(event.eventId))
    const about = () => hook.got.find(({ body }) => body.includes('2fa.disabled'))
    await until(about)
    const posted = JSON.parse(about().body)
    await check('W26', 'the hook', () => {
      assert.equal(posted.id, event.eventId)
      assert.equal(posted.at, event.happenedAt)
    })
    await check('W26', 'the mail', () => assert.ok(mail.text.includes(event.happenedAt), mail.text))
    await check('W26', 'the log', async () => {
      await desk.open('/desk/events?event=2fa.disabled')
      await desk.glance('M13')
      await Promise.all([desk.page.waitForNavigation(), desk.page.locator('main tbody th a').first().click()])
      await desk.look('M13-one')
      await desk.reads(event.eventId)
      await desk.reads(event.happenedAt)
    })
    await check('M14', 'the log of deliveries has it', async () => {
      await desk.open('/desk/notifications')
      await desk.look('M14-on')
      await desk.press(/Order system/)
      await desk.look('M14-hook')
    })
  } finally {
    await hook.end()
  }
})

await walk('M1', 'the customers: sorted, filtered and paged by address, columns kept, taken away as CSV', async () => {
  const mark = Date.now().toString(36), desk = await asOperator('manager'), made = newPerson()
  const evil = { ...made, account: { ...made.account, firstName: `=cmd|'/c calc'!A1`, lastName: `<img src=x onerror=alert(1)>${mark}` } }
  const { register } = await import('./walk.mjs')
  await register(evil)
  await desk.open('/desk/customers')
  await desk.glance('M1')
  await check('M1', 'found by name; what a customer wrote is text', async () => {
    await desk.send({ q: evil.account.lastName }, 'form.filters button[type=submit]')
    assert.match(desk.page.url(), /[?&]q=/)
    assert.equal(await desk.page.locator('table tbody tr').count(), 1)
    await desk.reads(`<img src=x onerror=alert(1)>${mark}`)
  })
  await check('UI28', 'the address alone shows the same list', async () => {
    const other = await person()
    const url = desk.page.url(), before = await desk.page.locator('table').innerText()
    await desk.page.goto(url)
    assert.equal(await desk.page.locator('table').innerText(), before)
    await other.leave()
  })
  await check('M1', 'formula cells of the CSV are defused', async () => {
    const [download] = await Promise.all([desk.page.waitForEvent('download'), (await desk.named(/^Export/)).click()])
    const text = readFileSync(await download.path(), 'utf8')
    assert.ok(text.includes(mark))
    assert.doesNotMatch(text, /(^|,)"?=cmd/m)
    assert.ok(events({ names: ['export.made'] }).length >= 1)
  })
  await check('M1', 'the whole row opens the record', async () => {
    const box = await desk.page.locator('table tbody tr td').nth(1).boundingBox()
    await Promise.all([desk.page.waitForNavigation(), desk.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)])
    assert.match(desk.path(), /^\/desk\/customers\/\d+$/)
  })
  await desk.look('M2-evil')
  await check('M1', 'a filter of status', async () => {
    await desk.open('/desk/customers')
    await desk.send({ status: 'suspended' }, 'form.filters button[type=submit]')
    assert.match(desk.page.url(), /status=suspended/)
  })
  await desk.look('M1-filtered')
})

await walk('M15', 'a customer made at the desk chooses the password by a mailed link', async () => {
  const desk = await asOperator('manager'), { account } = newPerson()
  await desk.open('/desk/customers')
  await desk.press(/^Create customer/)
  await desk.glance('M15')
  await check('RS4', 'no password is asked for', async () => assert.equal(await desk.has('input[type=password]'), 0))
  await desk.press('Create customer', { first: 'Mary', last: 'Somerville', email: account.emailAddress })
  await desk.reads('Mary Somerville')
  const walker = await person({ name: 'Mary' })
  await walker.open(await mailedLink(account.emailAddress, 'account/[a-z-]+'))
  await walker.send({ password: 'Mechanism-of-the-Heavens-1' })
  await knock({ name: account.emailAddress, password: 'Mechanism-of-the-Heavens-1' }, walker)
  await walker.at(overview)
})

await walk('M2', 'the record: names edited, an e-mail address by its code, sessions ended, a reset link sent', async () => {
  const ada = await customer(), walker = await signedIn(ada), desk = await asOperator('manager'), address = newPerson().account.emailAddress
  await record(desk, ada)
  await desk.press('Save', { first: 'Augusta', email: address })
  await desk.reads('Augusta')
  await check('P18', 'the old address stands until the new one is confirmed', async () => assert.equal((await signIn(address, ada.password)).status, 401))
  await desk.look('M2-pending')
  await desk.press(/^Reset password/)
  await desk.glance('M7')
  await desk.press('Send link')
  await mailedLink(ada.email, 'account/reset')
  assert.ok(eventNames({ account: ada.account }).includes('password.reset_sent'))
  await desk.open(`/desk/customers/${ada.account}`)
  await desk.press(/^End all/)
  await desk.press(/^End/)
  await walker.open('/account/')
  await check('M9', 'the customer is at P1', () => walker.at(P1))
})

await walk('M16', 'a viewer sees no buttons, and the routes refuse', async () => {
  const ada = await customerWithApp(), desk = await asOperator('viewer')
  await record(desk, ada)
  await desk.look('M2-viewer')
  await check('M16', 'no button that does something', async () => {
    const forms = await desk.page.locator('main form[method=post]').count()
    assert.equal(forms, 0)
    assert.doesNotMatch(await desk.text('main'), /Disable\b(?!d)|Suspend…|Sign in as/)
  })
  for (const page of ['two-step/disable', 'suspend', 'reset', 'act-as']) assert.equal(status(await desk.open(`/desk/customers/${ada.account}/${page}`)), 403, page)
  await desk.look('desk-not-your-role', { shopName: false })
  for (const page of ['rules', 'mails', 'events', 'notifications', 'operators']) await desk.open(`/desk/${page}`)
  const manager = await asOperator('manager')
  await manager.open('/desk/operators')
  await manager.glance('M16')
})

await walk('M12', 'mails: one switched off, and the warning when codes have no way out', async () => {
  const desk = await asOperator('manager')
  await desk.open('/desk/mails')
  await desk.glance('M12')
  const switches = desk.page.locator('main li', { hasText: /code/i }).getByRole('button', { name: /off/i })
  assert.ok(await switches.count() > 0)
  await Promise.all([desk.page.waitForNavigation(), switches.first().click()])
  await desk.look('M12-off')
  await desk.page.locator('main li').getByRole('button', { name: /on/i }).first().click()
  assert.ok(events({ names: ['mail.changed'] }).length >= 1)
})

await walk('section 3', 'an operator who forgot the password comes back by the desk\'s own pages', async () => {
  const desk = await asOperator('support', { who: 'forgetful' }), who = desk.operator, walker = await person({ name: who.name })
  await walker.open('/desk/sign-in')
  await walker.glance('desk-P1')
  await walker.press(/^Forgot/)
  await walker.at('/desk/forgot')
  await walker.send({ name: who.name })
  await walker.open(await mailedLink(who.name, 'desk/reset'))
  who.password = `Difference-${who.password}`
  await walker.send({ password: who.password })
  await walker.open('/desk/sign-in')
  await walker.press('Sign in', { name: who.name, password: who.password })
  await walker.at('/desk/sign-in/code')
  await walker.look('desk-P2')
  await walker.press('Use a recovery code')
  await walker.press('Continue', { recovery: who.codes[0] })
  assert.match(walker.path(), /^\/desk\//)
})

await close()
