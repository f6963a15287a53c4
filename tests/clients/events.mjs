// SPDX-License-Identifier: MIT
// What has happened, pulled and pushed, with @kibocommerce/rest-sdk's Event client (kibo 8.1, 8.2). The receiver of the hook
// is a server of this script, which makes up the signature by itself; the subscription is added by the program's command.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { EventApi, EventSubscriptionApi } from '@kibocommerce/rest-sdk/clients/Event/index.js'
import { check, command, hex32, newPerson, ours, shop, utcWithFraction } from './check.mjs'
import { everyAnswerIsJsonWithCorrelation, openStore } from './store.mjs'

const { accounts, configuration } = openStore()
const events = new EventApi(configuration)
const subscriptions = new EventSubscriptionApi(configuration)

const pushed = []
const arrivals = []
const receiver = createServer((request, response) => {
  const parts = []
  request.on('data', (part) => parts.push(part))
  request.on('end', () => {
    pushed.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') })
    response.end()
    for (const told of arrivals.splice(0)) told()
  })
})
async function arrived(wanted) {
  const until = Date.now() + 30_000
  for (;;) {
    const found = pushed.find((each) => wanted(JSON.parse(each.body), each))
    if (found) return found
    assert.ok(Date.now() < until, `no such push among ${pushed.length}`)
    await Promise.race([new Promise((told) => arrivals.push(told)), new Promise((told) => setTimeout(told, 200))])
  }
}
const name = `client ${Date.now().toString(36)}`
let hook
if (ours) {
  await new Promise((told) => receiver.listen(0, '127.0.0.1', told))
  hook = command('subscription', 'add', '--realm', 'demo', '--name', name, '--url', `http://127.0.0.1:${receiver.address().port}/kibo`,
    '--topics', 'customeraccount.created,customeraccount.updated,email.requested', '--client-id', shop.clientId)
}

const { customerAccount } = await accounts.addAccountAndLogin({ customerAccountAndAuthInfo: newPerson() })
const mine = String(customerAccount.id)

await check('8.2', 'getEvents lists what happened, newest first, and getEvent gives one', async () => {
  const page = await events.getEvents({ pageSize: 50 })
  const created = page.items.find(({ topic, entityId }) => topic === 'customeraccount.created' && entityId === mine)
  assert.ok(created, 'the registration is among them')
  assert.match(created.id, hex32)
  assert.match(created.correlationId, hex32)
  assert.match(created.auditInfo.createDate, utcWithFraction)
  assert.equal(created.tenantId, shop.tenant)
  assert.equal(created.siteId, shop.site)
  assert.equal(created.isTest, false)
  assert.ok(page.totalCount >= page.items.length)
  const dates = page.items.map(({ auditInfo }) => auditInfo.createDate)
  assert.deepEqual(dates, [...dates].sort().reverse())
  assert.deepEqual(await events.getEvent({ eventId: created.id }), created)
})

await check('8.2', 'getEvents can be filtered by topic and time, sorted and paged', async () => {
  const found = await events.getEvents({ filter: 'topic eq customeraccount.created', sortBy: 'createDate desc', pageSize: 1 })
  assert.deepEqual(found.items.map(({ entityId }) => entityId), [mine])
  assert.equal((await events.getEvents({ filter: 'createDate gt 2100-01-01T00:00:00Z' })).totalCount, 0)
})

if (ours) {
  const push = await check('8.1', 'a hook arrives, with the headers and the signature that receivers check', async () => {
    const { headers, body } = await arrived(({ topic, entityId }) => topic === 'customeraccount.created' && entityId === mine)
    const twice = createHash('sha256').update(hook.secret + hook.secret).digest('base64')
    assert.equal(headers['x-vol-hmac-sha256'], createHash('sha256').update(twice + headers.date + body).digest('base64'))
    assert.ok(Math.abs(Date.now() - Date.parse(headers.date)) < 180_000)
    assert.equal(headers['x-vol-tenant'], String(shop.tenant))
    assert.equal(headers['x-vol-site'], String(shop.site))
    assert.equal(headers['x-vol-tenant-domain'], new URL(shop.url).host)
    assert.equal(headers['x-vol-correlation'], JSON.parse(body).correlationId)
    assert.match(headers['x-vol-correlation'], hex32)
    assert.equal(headers['x-vol-catalog'], headers['x-vol-master-catalog'])
    assert.match(headers['content-type'], /^application\/json/)
    return JSON.parse(body)
  })

  await check('8.2', 'what is pushed can be pulled under the same id', async () => {
    const one = await events.getEvent({ eventId: push.eventId.replaceAll('-', '') })
    assert.equal(one.topic, push.topic)
    assert.equal(one.entityId, push.entityId)
    assert.equal(one.correlationId, push.correlationId)
  })

  await check('8.2', 'getSubscriptions has it, without its secret', async () => {
    const { items } = await subscriptions.getSubscriptions({ filter: `appId eq ${shop.clientId}`, sortBy: 'createDate desc' })
    const found = items.find(({ endpoint }) => endpoint === hook.target)
    assert.equal(found.id, hook.id.replaceAll('-', ''))
    assert.equal(found.isActive, true)
    assert.equal(found.notificationDeliveryType, 'Http')
    assert.deepEqual(found.topics, ['customeraccount.created', 'customeraccount.updated', 'email.requested'])
    assert.ok(!JSON.stringify(items).includes(hook.secret))
  })

  await check('8.2', 'delivery attempts tell what became of the push', async () => {
    const subscriptionId = hook.id.replaceAll('-', '')
    const id = push.eventId.replaceAll('-', '')
    let found
    for (const until = Date.now() + 30_000; found?.deliveryStatus !== 'Success'; await new Promise((told) => setTimeout(told, 100))) {
      assert.ok(Date.now() < until, `the push is noted: ${JSON.stringify(found)}`)
      const { items } = await subscriptions.getDeliveryAttemptSummaries({ subscriptionId })
      found = items.find(({ eventSummary }) => eventSummary.eventId === id)
    }
    assert.equal(found.deliveryAttempts.at(-1).httpStatus.code, 200)
    assert.deepEqual(await subscriptions.getDeliveryAttemptSummary({ subscriptionId, processId: found.id }), found)
    const all = await subscriptions.getDeliveryAttemptSummariesAllSubscriptions({ pageSize: 200 })
    assert.ok(all.items.some((each) => each.id === found.id))
  })

  await check('8.1', 'a test says that it is one', async () => {
    const { eventId } = command('subscription', 'test', '--realm', 'demo', name)
    const { body } = await arrived((event) => event.eventId === eventId)
    assert.equal(JSON.parse(body).isTest, true)
  })
  command('subscription', 'remove', '--realm', 'demo', name)
}

await check('11.1', 'every answer so far is JSON in UTF-8 and carries x-vol-correlation', everyAnswerIsJsonWithCorrelation)
receiver.close()
