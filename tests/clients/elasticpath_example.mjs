// SPDX-License-Identifier: MIT
// README's script for one-time password tokens (contrib/examples/one_time_tokens.mjs), run as it stands, says what README says.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { check } from './elasticpath_store.mjs'

const readme = readFileSync(`${process.env.SRC_DIR}/README.md`, 'utf8')
const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))

await check('EP205', 'README\'s script signs in without a password and sets a forgotten one, and says so in README\'s words', async () => {
  assert.ok(readme.includes(`npm install @elasticpath/js-sdk@${dependencies['@elasticpath/js-sdk']}\n`), 'README names the version that is tested')
  const { stdout } = await promisify(execFile)(process.execPath, [new URL('one_time_tokens.mjs', import.meta.url).pathname], { timeout: 60_000 })
  const said = stdout.replace(/mira\.\d+@/g, 'mira.1768472431120@').trimEnd().split('\n')
  assert.equal(said.length, 4)
  assert.ok(readme.includes(said.map((line) => `    ${line}`).join('\n')), `README shows:\n${said.join('\n')}`)
})
