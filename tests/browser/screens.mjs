// SPDX-License-Identifier: MIT
// Every screen that opens by its address, in each language (UI18, UI19, UI21 to UI23): what has words of its own must have them
// in all, in a line's length and in its direction. The walk-throughs look at what only an act brings up.
import { check, close, languages, nextCode, pass, person, thorough, walk } from './walk.mjs'
import { customer, customerWithApp, withSettings } from './people.mjs'
import { asOperator } from './desk_people.mjs'

const ways = ['sign-in', 'forgot', 'unlock', 'register', 'sign-in/one-time']
const own = ['', 'settings', 'settings/password', 'settings/email', 'settings/phone', 'settings/method', 'settings/two-step/set-up', 'sessions']
const withApp = ['', 'settings', 'settings/two-step/set-up', 'settings/two-step/turn-off', 'settings/two-step/new-codes', 'settings/two-step/codes']
const desks = ['customers', 'customers/new', 'rules', 'mails', 'mails/password_changed', 'events', 'notifications', 'notifications/add', 'operators', 'operators/add', 'settings', 'sessions']
const presses = ['', '/two-step/disable', '/reset', '/suspend', '/act-as']
const call = (side, path) => `${side}-${path.replace(/customers\/\d+/, 'customer').replaceAll('/', '-') || 'overview'}`

async function all(walker, side, paths, as = side) {
  for (const path of paths) {
    const answer = await walker.open(`/${side}/${path}`)
    await check('UI22', `${walker.language}: /${side}/${path} is there`, () => { if (answer.status() !== 200) throw new Error(`status ${answer.status()} at ${walker.page.url()}`) })
    await walker.look(call(as, path))
  }
}

for (const language of thorough ? languages : []) {
  await walk('UI22', `${language}: the ways in`, () => withSettings({ 'signin.email_code': 'on', 'second_step.always': 'on' }, async () => {
    const walker = await person({ language })
    await all(walker, 'account', ways)
    const ada = await customer()
    await walker.open('/account/sign-in')
    await walker.send({ name: ada.name, password: 'Not-The-Password-1' })
    await walker.look('account-refused', { error: true })
    await walker.open('/account/sign-in')
    await walker.send({ name: ada.name, password: ada.password })
    await walker.look('account-sent-code')
    await walker.open('/account/nothing')
    await walker.look('account-not-found', { shopName: false })
  }))
  await walk('UI22', `${language}: a customer's own pages`, async () => {
    const ada = await customer(), walker = await person({ language })
    await walker.open('/account/sign-in')
    await walker.send({ name: ada.name, password: ada.password })
    await all(walker, 'account', own)
    pass(360)
    await walker.open('/account/settings/two-step/set-up')
    await walker.look('account-step-up')
  })
  await walk('UI22', `${language}: a customer with an app`, async () => {
    const ada = await customerWithApp(), walker = await person({ language })
    await walker.open('/account/sign-in')
    await walker.send({ name: ada.name, password: ada.password })
    await walker.look('account-code')
    await walker.open('/account/sign-in/recovery')
    await walker.look('account-recovery')
    await walker.open('/account/sign-in/code')
    await walker.send({ code: nextCode(ada.key) })
    await all(walker, 'account', withApp, 'account-app')
    await walker.open('/account/settings/two-step/new-codes')
    await walker.send({ password: ada.password, code: nextCode(ada.key) })
    await walker.look('account-codes')
  })
  await walk('UI22', `${language}: the desk`, async () => {
    const ada = await customerWithApp(), desk = await asOperator('manager')
    desk.language = language
    await desk.context.setExtraHTTPHeaders({ 'Accept-Language': language })
    await all(desk, 'desk', desks)
    for (const press of presses) await all(desk, 'desk', [`customers/${ada.account}${press}`], 'desk')
  })
}

await close()
