/** What the bridge does with messages that come in a row; who may send any is asked on the double (test/e2e/desktop-security.test.ts). */
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { registerHooks } from 'node:module'
import { test } from 'node:test'
import type { EngineChannel } from './engine-channel.ts'

const electron = `
  import { EventEmitter } from 'node:events'
  export const ipcMain = Object.assign(new EventEmitter(), { handle() {} })
  export const [clipboard, shell, app, session] = [{}, {}, {}, {}]`
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: `data:text/javascript,${encodeURIComponent(electron)}`, shortCircuit: true }
      : next(specifier, context),
})
const { bridgePages } = await import('./bridge.ts')
const { ipcMain } = (await import('electron')) as unknown as { ipcMain: EventEmitter }

interface Made extends EngineChannel {
  readonly sent: unknown[]
  readonly events: EventEmitter
}

test('a document has one connection, however often it opens one, and each message goes to the one that is meant', async () => {
  const made: Made[] = []
  const attaching: PromiseWithResolvers<void>[] = []
  bridgePages(async () => {
    const waiting = Promise.withResolvers<void>()
    attaching.push(waiting)
    await waiting.promise
    const events = new EventEmitter()
    const sent: unknown[] = []
    const channel: Made = {
      ...{ sent, events },
      send: (message) => void sent.push(message),
      onMessage: (listener) => void events.on('message', listener),
      onClose: (listener) => void events.on('close', listener),
      close: () => void events.emit('close'),
    }
    made.push(channel)
    return channel
  })
  const told: unknown[] = []
  const sender = { isDestroyed: () => false, on: () => {}, once: () => {}, send: (...args: unknown[]) => told.push(args) }
  const page = { sender, senderFrame: { url: 'app://porchlight/index.html', parent: null } }
  const turn = () => new Promise(setImmediate)

  for (let number = 1; number <= 300; number++) ipcMain.emit('engine:open', page, number)
  ipcMain.emit('engine:send', page, 299, 'of an earlier one')
  ipcMain.emit('engine:send', page, 300, 'of the last')
  assert.equal(attaching.length, 1)
  attaching[0]?.resolve()
  await turn()
  assert.deepEqual([made.length, made[0]?.sent], [1, ['of the last']])
  made[0]?.events.emit('message', 'an answer')
  assert.deepEqual(told, [['engine:message', 300, 'an answer']])

  ipcMain.emit('engine:open', page, 301)
  assert.deepEqual(told[1], ['engine:closed', 300])
  attaching[1]?.resolve()
  await turn()
  assert.deepEqual([attaching.length, made.length], [2, 2])
})
