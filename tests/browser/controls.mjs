// SPDX-License-Identifier: MIT
// What scripts add to pages that are complete without them, and what they must not take away (UI2, UI6, UI10, UI14 to UI16, UI26).
import assert from 'node:assert/strict'
import { check, close, nextCode, pass, person, walk } from './walk.mjs'
import { back, customer, customerWithApp, knock, shownCodes, shownKey, signedIn, withSettings } from './people.mjs'
import { mailedCode } from './mail.mjs'
import { asOperator, record } from './desk_people.mjs'

const scripts = true
const clipboard = (walker) => walker.page.evaluate(() => navigator.clipboard.readText())

await walk('UI6', 'a password can be shown, by keyboard too, and is hidden again when the form goes out', async () => {
  const walker = await person({ scripts })
  await walker.open('/account/sign-in')
  const button = walker.page.locator('button.show'), kind = () => walker.page.getAttribute('#password', 'type')
  assert.equal(await button.getAttribute('aria-pressed'), 'false')
  assert.equal(await kind(), 'password')
  await walker.look('P1-scripts')
  await button.focus()
  await walker.page.keyboard.press('Space')
  assert.equal(await button.getAttribute('aria-pressed'), 'true')
  assert.equal(await kind(), 'text')
  await walker.page.keyboard.press('Enter')
  assert.equal(await kind(), 'password')
})

await walk('UI2', 'codes may be pasted, dropped and filled in, with blanks and hyphens', async () => {
  const ada = await customerWithApp(), walker = await person({ scripts })
  await knock(ada, walker)
  for (const shape of [(code) => `${code.slice(0, 3)} ${code.slice(3)}`, (code) => `${code.slice(0, 3)}-${code.slice(3)}`, (code) => ` ${code} `]) {
    const typed = shape(nextCode(ada.key))
    await knock(ada, walker)
    await walker.page.focus('[name=code]')
    const taken = await walker.page.evaluate((text) => {
      const field = document.activeElement, data = new DataTransfer()
      data.setData('text/plain', text)
      return field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })) &&
        field.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
    }, typed)
    assert.ok(taken, 'no script has stopped it')
    await walker.page.keyboard.insertText(typed)
    await walker.press('Continue')
    await walker.at('/account/')
    await walker.press('Sign out')
  }
})

await walk('UI14, UI15', 'the key and the codes are copied, printed and downloaded', async () => {
  const ada = await customer(), walker = await signedIn(ada, { scripts })
  await walker.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await walker.open('/account/settings/two-step/set-up')
  const { secret } = await shownKey(walker)
  await check('UI14', 'the key without blanks', async () => {
    await (await walker.named(/^Copy/)).click()
    assert.equal(await clipboard(walker), secret)
    await walker.page.waitForFunction(() => [...document.querySelectorAll('[role=status]')].some((each) => each.textContent.trim()))
  })
  await check('UI14', 'a link for the app on this device', async () =>
    assert.match(await walker.page.locator('a[href^="otpauth://totp/"]').getAttribute('href'), new RegExp(`secret=${secret}`)))
  ada.key = secret
  await walker.press('Turn on', { code: nextCode(secret) })
  const codes = await shownCodes(walker)
  await walker.look('P12-scripts')
  await check('UI15', 'the codes', async () => {
    await (await walker.named(/^Copy/)).click()
    assert.deepEqual((await clipboard(walker)).trim().split(/\r?\n/), codes)
  })
  await check('UI15', 'Print asks the printer', async () => {
    await walker.page.evaluate(() => { globalThis.print = () => { globalThis.printed = true } })
    await (await walker.named(/^Print/)).click()
    assert.ok(await walker.page.evaluate(() => globalThis.printed))
  })
  await check('UI15', 'printed are the codes, the shop, the account and the date alone', async () => {
    await walker.page.emulateMedia({ media: 'print' })
    const paper = await walker.page.evaluate(() => document.body.innerText)
    for (const each of [...codes, ada.name, 'demo', String(new Date().getUTCFullYear())]) assert.ok(paper.includes(each), `${each} in ${paper}`)
    assert.doesNotMatch(paper, /Settings|Sign out|Download|Finish|I have saved/)
    await walker.page.emulateMedia({ media: 'screen' })
  })
  await walker.press('Finish', { saved: true })
  await check('UI16', 'Back does not bring them back', async () => {
    await back(walker)
    assert.deepEqual(await shownCodes(walker), [])
  })
})

await walk('UI10', 'the button for a new code rests, and comes back by itself', async () => {
  const ada = await customer(), walker = await person({ scripts })
  await withSettings({ 'second_step.always': 'on' }, async () => {
    await walker.page.clock.install()
    await knock(ada, walker)
    await mailedCode(ada.email)
    const button = walker.page.locator('button[data-rest]')
    assert.ok(await button.isDisabled())
    await walker.page.clock.fastForward(31_000)
    await button.and(walker.page.locator(':enabled')).waitFor()
    pass(31)
    await button.click()
    await walker.page.waitForLoadState()
    await walker.reads(/We sent a new code at/)
    await walker.press('Continue', { code: await mailedCode(ada.email) })
    await walker.at('/account/')
  })
})

await walk('UI26', 'a dialog of the desk keeps the focus, has Cancel first, and Escape closes it', async () => {
  const ada = await customerWithApp(), desk = await asOperator('support', { scripts })
  await record(desk, ada)
  const opener = await desk.named(/^Disable/)
  await opener.focus()
  await desk.page.keyboard.press('Enter')
  await desk.page.locator('dialog[open]').waitFor()
  await desk.look('M4-dialog')
  const place = () => desk.page.evaluate(() => ({ inside: Boolean(document.activeElement.closest('dialog')), text: document.activeElement.textContent.trim() }))
  assert.match(await desk.text('dialog[open]'), /Ada Byron/)
  await desk.page.locator('dialog[open]').evaluate((each) => { each.focus(); document.activeElement?.blur() })
  await desk.page.keyboard.press('Tab')
  assert.deepEqual(await place(), { inside: true, text: 'Cancel' })
  for (let i = 0; i < 8; ++i) {
    await desk.page.keyboard.press('Tab')
    const at = await desk.page.evaluate(() => document.activeElement === document.body || Boolean(document.activeElement.closest('dialog')))
    assert.ok(at, 'what lies behind is not reached')
  }
  await desk.page.keyboard.press('Escape')
  assert.equal(await desk.has('dialog[open]'), 0)
  assert.ok(await opener.evaluate((each) => each === document.activeElement), 'the focus is where it was')
  await desk.press(/^Disable/)
  await (await desk.named('Cancel')).click()
  assert.equal(await desk.has('dialog[open]'), 0)
})

await walk('UI18', 'menus of the desk open by keyboard, and Escape closes them', async () => {
  const ada = await customer(), desk = await asOperator('support', { scripts })
  await desk.open(`/desk/customers?q=${ada.name}`)
  const menu = desk.page.locator('td.corner details.menu').first()
  await menu.locator('summary').focus()
  await desk.page.keyboard.press('Enter')
  await menu.getByRole('link', { name: /Suspend/ }).waitFor()
  await desk.look('M1-menu')
  await desk.page.keyboard.press('Escape')
  assert.equal(await menu.getAttribute('open'), null)
})

await close()
