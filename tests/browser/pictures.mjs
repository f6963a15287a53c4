// SPDX-License-Identifier: MIT
// The two pictures of README.md: a customer sets up an app, and an operator looks at the customer's record. `make pictures` takes
// them over into docs/pictures.
import { close, pass, person, register, thorough, walk } from './walk.mjs'
import { enter, knock, shownKey, turnOn } from './people.mjs'
import { asOperator, record } from './desk_people.mjs'

const size = { width: 1000, height: 860 }, scripts = true
async function picture(walker, name) {
  await walker.page.mouse.move(0, 0)
  await walker.page.screenshot({ path: `${process.env.SCREENS}/${name}.png`, animations: 'disabled' })
}

if (thorough) await walk('README', 'its pictures', async () => {
  const name = 'ada.byron', password = 'Difference-Engine-1'
  const made = await register({ account: { emailAddress: 'ada.byron@example.com', userName: name, firstName: 'Ada', lastName: 'Byron', acceptsMarketing: false }, password })
  const ada = { name, password, account: made.customerAccount.id, shown: 'Ada Byron' }
  const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'
  const walker = await person({ name, size, scripts, from: '203.0.113.7', agent })
  await enter(ada, walker)
  await walker.open('/account/settings/two-step/set-up')
  await shownKey(walker)
  await picture(walker, 'set-up')
  await turnOn(ada, walker)
  pass(7200)
  const phone = await person({ name, from: '192.0.2.44', agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1' })
  await knock(ada, phone)
  await phone.press('Use a recovery code')
  await phone.press('Continue', { recovery: ada.codes[0] })
  pass(7200)
  const desk = await asOperator('support', { scripts, size: { width: 1280, height: 860 } })
  await record(desk, ada)
  await picture(desk, 'record')
})

await close()
