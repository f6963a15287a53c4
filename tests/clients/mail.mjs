// SPDX-License-Identifier: MIT
// What `authtickets deliver` has put into the folders MAIL_DIR and SMS_DIR, read as any mail program reads it (RFC 5322, 2045,
// 2047), by code that shares nothing with the one that wrote it.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'

const taken = new Set()

function decoded(bytes, encoding) {
  switch (encoding) {
    case 'quoted-printable':
      return Buffer.from(bytes.toString('latin1').replace(/[ \t]+$/gm, '').replace(/=\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, digits) => String.fromCharCode(parseInt(digits, 16))), 'latin1')
    case 'base64': return Buffer.from(bytes.toString('latin1'), 'base64')
    case '7bit': case '8bit': case undefined: return bytes
  }
  assert.fail(`a transfer encoding that is none: ${encoding}`)
}

// Encoded words; white space between two of them is none.
const plain = (header) => header.replace(/(=\?[^ ]+\?=)\s+(?==\?)/g, '$1').replace(/=\?([^?]+)\?([QB])\?([^?]*)\?=/gi, (_, charset, way, text) => {
  assert.equal(charset.toLowerCase(), 'utf-8')
  const bytes = way.toUpperCase() === 'B' ? Buffer.from(text, 'base64') : decoded(Buffer.from(text.replaceAll('_', ' '), 'latin1'), 'quoted-printable')
  return bytes.toString('utf8')
})

// A mail or one of its parts: headers by their lower-case names, and either parts or a text.
function read(bytes) {
  const all = bytes.toString('latin1').replaceAll('\r\n', '\n') // a Maildir's lines end as the system's do
  const gap = /\n\n/.exec(all)
  assert.ok(gap, 'headers end with an empty line')
  const headers = {}
  for (const line of all.slice(0, gap.index).replace(/\n(?=[ \t])/g, '').split('\n')) {
    const [, name, value] = /^([!-9;-~]+):[ \t]*(.*)$/.exec(line) ?? assert.fail(`no header: ${JSON.stringify(line)}`)
    assert.ok(!(name.toLowerCase() in headers), `${name} stands there once`)
    headers[name.toLowerCase()] = plain(value)
  }
  const body = all.slice(gap.index + gap[0].length)
  const [type, ...more] = (headers['content-type'] ?? 'text/plain; charset=utf-8').split(';').map((each) => each.trim())
  const attribute = (name) => more.find((each) => each.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1).replace(/^"(.*)"$/, '$1')
  if (type.startsWith('multipart/')) {
    const [, ...parts] = `\n${body}`.split(`\n--${attribute('boundary')}`)
    assert.match(parts.pop(), /^--\s*$/, 'the last boundary says that it is the last')
    return { headers, type, parts: parts.map((part) => read(Buffer.from(part.replace(/^[ \t]*\n/, ''), 'latin1'))) }
  }
  assert.equal(attribute('charset')?.toLowerCase(), 'utf-8')
  const text = new TextDecoder('utf-8', { fatal: true }).decode(decoded(Buffer.from(body, 'latin1'), headers['content-transfer-encoding']))
  return { headers, type, text, parts: [] }
}

const bare = (address) => address.replace(/^.*<(.*)>$/, '$1')

// What has come to this address, the oldest first, and was not given before.
function arrived(folder, to) {
  let names = []
  try {
    names = readdirSync(`${folder}/new`).sort()
  } catch (fault) {
    if (fault.code !== 'ENOENT') throw fault // it is made with the first message
  }
  const out = []
  for (const name of names.filter((each) => !taken.has(`${folder}/${each}`))) {
    const message = read(readFileSync(`${folder}/new/${name}`))
    if (bare(message.headers.to) === to) out.push({ ...message, key: `${folder}/${name}` })
  }
  return out
}

async function next(folder, to, wanted) {
  assert.ok(folder, 'MAIL_DIR and SMS_DIR are set')
  for (const until = Date.now() + 20_000; ; await new Promise((told) => setTimeout(told, 30))) {
    const messages = arrived(folder, to)
    const found = messages.find(wanted)
    if (found) {
      taken.add(found.key)
      return found
    }
    assert.ok(Date.now() < until, `no such message to ${to}; there came: ${messages.map(({ headers }) => headers.subject ?? 'an SMS')}`)
  }
}

// The next mail to this address that is wanted, with its two parts beside.
export async function mailed(to, wanted = () => true) { // wanted is asked with the subject and the plain text
  const mail = await next(process.env.MAIL_DIR, to, (each) => wanted(each.headers.subject, each.parts[0]?.text ?? ''))
  assert.equal(mail.type, 'multipart/alternative')
  assert.deepEqual(mail.parts.map(({ type }) => type), ['text/plain', 'text/html'])
  return { ...mail, text: mail.parts[0].text, html: mail.parts[1].text }
}

// The code of the next mail that has one: the same in its subject and both of its parts.
export async function mailedCode(to) {
  const mail = await mailed(to, (subject) => /\b\d{6}\b/.test(subject))
  const [code] = /\b\d{6}\b/.exec(mail.headers.subject)
  assert.ok(mail.text.includes(code) && mail.html.includes(code), 'the code stands in both parts')
  return code
}

// The code of the next SMS to this number.
export async function textedCode(to) {
  const { text } = await next(process.env.SMS_DIR, to, (each) => /\b\d{6}\b/.test(each.text))
  const [code, ...more] = new Set(text.match(/\b\d{6}\b/g))
  assert.deepEqual(more, [], `one code stands in: ${text}`)
  return code
}

// Six digits that are not these.
export const another = (code) => code.slice(0, 5) + (code.at(-1) === '0' ? '1' : '0')
