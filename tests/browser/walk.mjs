// SPDX-License-Identifier: MIT
// What every walk-through shares: a browser with scripts on or off, what must hold of every screen whatever it shows, pictures of
// it in both widths and both schemes, QR codes read off the screen, codes from an authenticator app, and the shop's clock, which
// moves on when a walk-through says so. tests/browser/run sets the variables and counts the lines.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { readFileSync, writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { chromium } from 'playwright-core'
import { shop } from './check.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const wanted = (name) => process.env[name] ?? assert.fail(`${name} is not set; run these scripts through tests/browser/run`)
const screens = wanted('SCREENS'), clock = wanted('CLOCK')
const style = process.env.STYLE && readFileSync(process.env.STYLE, 'utf8')
export const round = process.env.ROUND ?? 'lighttpd'
export const thorough = round === 'lighttpd' // the first server is looked at in every language and size, the second is walked through once
export const languages = thorough ? ['en', 'de', 'ar'] : ['en']
const narrow = { width: 320, height: 700 }, wide = { width: 1600, height: 1000 }

// --- Checks

function said(ok, row, sentence, fault) {
  console.log(`${ok ? 'ok' : 'not ok'} - ${row} (${round}): ${sentence}`)
  if (ok) return
  process.exitCode = 2 // tells a failed check from a script that crashed, which ends with 1
  console.log(inspect(fault, { depth: 4 }).replace(/^/gm, '#   '))
}
// Prints `ok` or `not ok` and gives back what the body returned. After a failure a walk-through goes on where it can.
export async function check(row, sentence, body) {
  try {
    const value = await body()
    said(true, row, sentence)
    return value
  } catch (fault) {
    said(false, row, sentence, fault)
  }
}

// A walk-through: what fails within it ends it, and the others go on. What was last on a screen is kept as failed-ROW.png.
// ONLY_WALKS: a regular expression of rows; the others are left out.
const only = new RegExp(process.env.ONLY_WALKS ?? '')
export async function walk(row, sentence, body) {
  if (!only.test(row)) return
  const before = people.size
  try {
    await body()
    said(true, row, sentence)
  } catch (fault) {
    said(false, row, sentence, fault)
    let no = 0
    for (const person of [...people].slice(before)) {
      await person.page.screenshot({ path: `${screens}/failed-${row.replace(/\W+/g, '-')}-${round}-${++no}.png`, fullPage: true }).catch(() => {})
      console.log(`#   on ${person.name}'s screen: ${person.page.url().replace(/([?&]t=)[^&]*/, '$1...')}`)
      console.log((await person.text('main').catch(() => '')).replace(/\n+/g, '\n').slice(0, 1500).replace(/^/gm, '#     '))
    }
  }
  for (const person of [...people].slice(before)) await person.leave()
}

// --- The shop's clock: the program and its worker live by it, everybody else by the machine's.

let ahead = Number(readFileSync(clock, 'utf8')) // seconds
export const now = () => new Date(Date.now() + ahead * 1000)
export function pass(seconds) {
  ahead += seconds
  writeFileSync(clock, `+${ahead}`)
}

// --- Persons

let browser
const people = new Set(), looked = new Set()
let twins // a browser with scripts, for axe
export async function close() { await browser?.close() }

// A browser of somebody's own: nothing of another person's is in it. Without scripts in the first round, with them in the second.
// `from`: the address that the shop sees.
export async function person({ name = 'somebody', language = 'en', scripts = !thorough, dark = false, size = wide, from, agent } = {}) {
  // Chromium's own sandbox is not to be had by root; what is shown comes from this machine.
  browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM, chromiumSandbox: process.getuid() !== 0,
    args: ['--disable-gpu', '--force-color-profile=srgb', ...process.env.TLS_KEY ? [`--ignore-certificate-errors-spki-list=${process.env.TLS_KEY}`] : []] })
  const context = await browser.newContext({
    javaScriptEnabled: scripts, locale: language, viewport: size, colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce', userAgent: agent,
    ignoreHTTPSErrors: false, acceptDownloads: true, extraHTTPHeaders: { 'Accept-Language': language, ...from && { 'X-Forwarded-For': from } },
  })
  context.setDefaultTimeout(15_000)
  if (style) await context.route('**/static/style.css*', (route) => route.fulfill({ contentType: 'text/css; charset=utf-8', body: style }))
  const page = await context.newPage()
  return new Person(context, page, { name, language, scripts })
}

export class Person {
  foreign = [] // requests to anybody but the shop (UI21)
  blocked = [] // what the content policy had to stop, and faults of scripts
  constructor(context, page, traits) {
    Object.assign(this, { context, page, ...traits })
    people.add(this)
    const own = new URL(shop.url).origin
    page.on('request', (request) => { if (!/^(data|blob|about):/.test(request.url()) && new URL(request.url()).origin !== own) this.foreign.push(request.url()) })
    page.on('console', (message) => { if (message.type() === 'error' && !/status of [45]\d\d/.test(message.text())) this.blocked.push(message.text()) })
    page.on('pageerror', (fault) => this.blocked.push(String(fault)))
  }
  async leave() {
    people.delete(this)
    await this.context.close()
  }

  // Opens one of the shop's pages in this person's language. Gives the answer.
  async open(address) {
    const url = new URL(address, shop.url)
    if (this.language !== 'en') url.searchParams.set('lang', this.language)
    return this.page.goto(url.href)
  }
  // Fills fields by their names.
  async fill(fields) {
    for (const [name, value] of Object.entries(fields)) {
      const place = await this.has('dialog[open]') ? 'dialog[open]' : 'main'
      const field = this.page.locator(`${place} [name="${name}"]:not([type=hidden])`)
      const kind = await field.first().evaluate((each) => each.tagName === 'SELECT' ? 'select' : each.type)
      if (kind === 'select') await field.selectOption(value)
      else if (kind === 'radio') await this.page.check(`${place} [name="${name}"][value="${value}"]`)
      else if (kind === 'checkbox') await field.first().setChecked(value)
      else await field.first().fill(value)
    }
  }
  // The button or link of this name; within a dialog, while one is open.
  async named(name) {
    const how = typeof name === 'string' ? { name, exact: true } : { name }
    const place = await this.has('dialog[open]') ? this.page.locator('dialog[open]') : this.page
    const target = place.getByRole('button', how).or(place.getByRole('link', how)).locator('visible=true').first()
    await target.waitFor({ timeout: 4000 })
    return target
  }
  // Fills fields, presses the button or follows the link of this name, and gives the answer that the next page is. Where
  // scripts open a dialog in the place of a page, it is open afterwards.
  async press(name, fields = {}) {
    await this.fill(fields)
    const target = await this.named(name)
    if (this.scripts && await target.getAttribute('data-dialog')) {
      await target.click()
      await this.page.locator('dialog[open]').waitFor()
      return undefined
    }
    return (await Promise.all([this.page.waitForNavigation(), target.click()]))[0]
  }
  // The same by the form's own button, whatever it is called.
  async send(fields = {}, button = 'main form button:not([type=button])') {
    await this.fill(fields)
    return (await Promise.all([this.page.waitForNavigation(), this.page.click(button)]))[0]
  }
  path() { return new URL(this.page.url()).pathname }
  text(selector = 'body') { return this.page.locator(selector).first().innerText() }
  has(selector) { return this.page.locator(selector).count() }
  async at(path) { if (this.path() !== path) assert.fail(`${this.name} is at ${this.path()}, not at ${path}: ${await this.text()}`) }
  async reads(what, selector = 'main') {
    const text = (await this.text(selector)).replace(/\s+/g, ' ')
    if (typeof what === 'string') assert.ok(text.includes(what), `${JSON.stringify(what)} is not in: ${text}`)
    else assert.match(text, what)
  }
  async lacks(what, selector = 'main') { assert.doesNotMatch((await this.text(selector)).replace(/\s+/g, ' '), what) }
  cookies() { return this.context.cookies() }

  // What must hold of a screen whatever it looks like. For screens that open by their address: screens.mjs looks at those.
  async glance(name) { await this.#parts(`${name}-${this.language}`, false, true) }

  // Everything that must hold of a screen, and what it looks like: in the first round, and once for each name and language.
  async look(name, { error = false, shopName = true } = {}) {
    const { page } = this
    const where = `${name}-${this.language}`
    if (looked.has(where)) return
    looked.add(where)
    await this.#parts(where, error, shopName)
    if (!thorough) return
    const before = page.viewportSize()
    // Every scheme in both widths in English, where the others show what may differ: their length and their direction.
    const all = this.language === 'en'
    for (const [size, width] of [[narrow, 320], [wide, 1600]]) {
      await page.setViewportSize(size)
      for (const scheme of all ? ['light', 'dark'] : width === 320 ? ['light'] : ['dark']) {
        await page.emulateMedia({ colorScheme: scheme })
        await page.screenshot({ path: `${screens}/${where}-${width}-${scheme}.png`, fullPage: true, animations: 'disabled' })
        if ((width === 320) === (scheme === 'light') && (all || width === 1600)) {
          const seen = await this.#findings()
          await check('UI18, UI19', `${where}: axe has no serious finding, ${width} px and ${scheme}`, () => assert.deepEqual(seen, []))
        }
      }
      if (width === 320) await this.#fits(where)
    }
    await page.emulateMedia({ colorScheme: 'light' })
    if (all) await this.#keyboard(where)
    await page.setViewportSize(before)
  }

  async #fits(where) {
    await check('UI18', `${where}: nothing hangs over the edge at 320 px, which is 1280 px at 400 %`, async () => {
      const overflow = await this.page.evaluate(() => [...document.querySelectorAll('body *')]
        .filter((each) => !each.closest('.scroll, .out-of-sight, .skip') && each.checkVisibility() && each.getClientRects().length &&
          (each.getBoundingClientRect().right > innerWidth + 0.5 || each.getBoundingClientRect().left < -0.5))
        .map((each) => each.outerHTML.slice(0, 120)))
      assert.deepEqual(overflow, [])
      assert.ok(await this.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
    })
  }

  async #parts(where, error, shopName) {
    const { page } = this
    await check('UI22', `${where}: language and direction are said, and no key is shown`, async () => {
      assert.equal(await page.getAttribute('html', 'lang'), this.language)
      assert.equal(await page.getAttribute('html', 'dir'), this.language === 'ar' ? 'rtl' : 'ltr')
      assert.doesNotMatch(await this.text(), /\b[mpda]\.[a-z0-9]+_[a-z0-9_]+\b|\{\{|\{[a-z_]+\}/)
    })
    await check('UI23', `${where}: title and heading name the shop and the step`, async () => {
      const title = await page.title(), heading = await page.locator('h1').allInnerTexts()
      assert.equal(heading.length, 1)
      assert.ok(title.length > 8 && (!shopName || title.includes(process.env.SHOP_NAME ?? 'demo')), title)
    })
    if (error) {
      await check('UI7', `${where}: an error is said in the title, in a summary that has the focus and leads to its field, and at the field`, async () => {
        assert.match(await page.title(), { en: /^Error: /, de: /^Fehler: /, ar: /^خطأ: / }[this.language])
        const field = await page.getAttribute('[role=alert] a', 'href')
        // Where a code is entered again at once, its field has the focus (P2).
        const focused = await page.evaluate(() => document.activeElement.getAttribute('role') ?? `${document.activeElement.className} ${document.activeElement.id}`)
        assert.ok(focused === 'alert' || (focused.startsWith('code ') && focused.endsWith(` ${field.slice(1)}`)), focused)
        assert.equal(await page.getAttribute(field, 'aria-invalid'), 'true')
        const described = (await page.getAttribute(field, 'aria-describedby')).split(' ')
        assert.equal(await this.text(`#${described[0]}`), await this.text('[role=alert] a'))
      })
    }
    await check('UI3', `${where}: every field has a visible label of its own and says what may fill it in`, async () => {
      const fields = await page.evaluate(() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter((each) => each.checkVisibility()).map((each) => ({
        id: each.id, type: each.type, autocomplete: each.autocomplete, labels: [...each.labels].filter((label) => label.getClientRects().length).length })))
      for (const { id, type, autocomplete, labels } of fields) {
        assert.equal(labels, 1, `label of ${id}`)
        // What an operator enters is a customer's, and no browser should offer the operator's own.
        const may = /^\/desk\/(customers|operators)/.test(this.path()) ? /^off$/ : /^(current-password|new-password|email|tel)$/
        if (/^(password|email|tel)$/.test(type)) assert.match(autocomplete, may, id)
      }
    })
    await check('UI1', `${where}: a field for a code is one text field`, async () => {
      const codes = await page.evaluate(() => [...document.querySelectorAll('input[autocomplete=one-time-code]')].map((each) =>
        [each.type, each.inputMode, each.getAttribute('pattern')]))
      assert.deepEqual(codes, codes.map(() => ['text', 'numeric', '[0-9 \\-]*']))
    })
    await check('UI21', `${where}: no inline script or style, nothing from others, nothing that the policy had to stop`, async () => {
      assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('style, script:not([src]), [style]:not([style=""]), [onclick], [onsubmit], [onload]')]
        .filter((each) => !each.closest('svg')).map((each) => each.outerHTML.slice(0, 120))), [])
      assert.deepEqual(this.foreign, [])
      assert.deepEqual(this.blocked, [])
    })
  }

  // From the top to the end by Tab alone: each thing that can be used is reached, and one sees where one is.
  async #keyboard(where) {
    const { page } = this
    await check('UI18', `${where}: by keyboard alone, with the focus in sight, in targets of 24 px and more`, async () => {
      const wanted = await page.evaluate(() => {
        document.activeElement?.blur()
        getSelection().removeAllRanges()
        const place = document.querySelector('dialog[open]') ?? document // what lies behind it is out of reach
        return [...place.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
          .filter((each) => each.checkVisibility() && !each.matches(':disabled') && each.tabIndex >= 0)
          // Of a row of round buttons one is reached: the chosen one, or the first.
          .filter((each, _, all) => each.type !== 'radio' || each === (all.find(({ type, name, checked }) => type === 'radio' && name === each.name && checked) ??
            all.find(({ type, name }) => type === 'radio' && name === each.name))).length
      })
      const reached = new Set()
      const dates = await page.locator('input[type=date]').count()
      for (let i = 0; i < wanted + 4 + 4 * dates && reached.size < wanted; ++i) {
        await page.keyboard.press('Tab')
        const at = await page.evaluate(() => {
          const each = document.activeElement
          if (!each || each === document.body || each.getAttribute('tabindex') === '-1') return null
          const box = each.getBoundingClientRect(), look = getComputedStyle(each), all = [...document.querySelectorAll('*')]
          // A link in a sentence may be as high as its line; a box to tick counts with its label.
          const label = each.labels?.[0]?.getBoundingClientRect()
          const inSentence = each.matches('a') && look.display === 'inline' && each.parentElement.innerText.trim() !== each.innerText.trim()
          return { no: all.indexOf(each), html: each.outerHTML.slice(0, 100), inSentence,
            width: Math.max(box.width, label?.width ?? 0), height: Math.max(box.height, label?.height ?? 0),
            ring: look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2 }
        })
        if (!at) continue
        if (reached.has(at.no)) continue // the next part of a date
        reached.add(at.no)
        assert.ok(at.ring, `the focus is seen at ${at.html}`)
        assert.ok(at.inSentence || (at.width >= 24 && at.height >= 24), `${at.width} x ${at.height}: ${at.html}`)
      }
      assert.equal(reached.size, wanted)
    })
  }

  // What axe finds, minor things apart. It needs scripts: where the page is shown without, it looks at the same document in a
  // page that has them.
  async #findings() {
    const page = this.scripts ? this.page : await this.#twin()
    await page.evaluate(axe)
    const { violations } = await page.evaluate(() => globalThis.axe.run(document,
      { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }))
    if (page !== this.page) await page.close()
    return violations.filter(({ impact }) => impact !== 'minor')
      .map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`).join(' | ')}`)
  }
  async #twin() {
    const url = this.page.url(), body = await this.page.content()
    const colorScheme = await this.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
    twins ??= await browser.newContext({ reducedMotion: 'reduce' })
    const page = await twins.newPage()
    if (style) await page.route('**/static/style.css*', (route) => route.fulfill({ contentType: 'text/css; charset=utf-8', body: style }))
    await page.route('**/static/script.js*', (route) => route.abort())
    await page.route(url, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }))
    await page.setViewportSize(this.page.viewportSize())
    await page.emulateMedia({ colorScheme })
    await page.goto(url)
    return page
  }

  // The text of the QR code in this element, read off the screen by a reader of its own.
  async scan(selector) {
    const path = `${screens}/scanned.png`
    await this.page.locator(selector).screenshot({ path })
    return execFileSync('zbarimg', ['--nodbus', '--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', path], { encoding: 'utf8' }).trim()
  }
}

// What an authenticator app shows for a Base32 key, on a phone whose clock is right or so many seconds off.
export const appCode = (key, seconds = 0) => execFileSync('oathtool', ['--totp', '--base32', key.replace(/\s/g, ''),
  '--now', new Date(now().getTime() + seconds * 1000).toISOString().replace(/T/, ' ').replace(/\..*/, ' UTC')], { encoding: 'utf8' }).trim()
// The same once it shows another code than the last time: a code is good once (TO4).
export function nextCode(key) {
  pass(30)
  return appCode(key)
}

// The secret, the label and the rest of what a QR code says (key URI format).
export function readKeyUri(text) {
  const uri = new URL(text)
  assert.equal(uri.protocol, 'otpauth:')
  assert.equal(uri.host, 'totp')
  return { label: decodeURIComponent(uri.pathname.slice(1)), ...Object.fromEntries(uri.searchParams) }
}

// --- The shop's other side: what a store's server would do with the API

let token
async function api(method, path, body, more = {}) {
  const answer = await fetch(shop.url + path, { method, body: body && JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', 'x-vol-tenant': shop.tenant, 'x-vol-site': shop.site, ...token && { Authorization: `Bearer ${token}` }, ...more } })
  const text = await answer.text()
  return { status: answer.status, ...text && JSON.parse(text) }
}
export async function store(method, path, body, more) {
  token ??= (await api('POST', '/api/platform/applications/authtickets/oauth',
    { client_id: shop.clientId, client_secret: shop.sharedSecret, grant_type: 'client_credentials' })).access_token
  return api(method, `/api/commerce/customer/${path}`, body, more)
}
export async function register(shopper) {
  const made = await store('POST', 'accounts/Add-Account-And-Login', shopper)
  assert.equal(made.status, 201, inspect(made))
  return made
}
export const signIn = (username, password) => store('POST', 'authtickets', { username, password })
