/** What a page in the app's window cannot do, even when its own code has turned against the person. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type Desktop, launchDesktop, makeDataDir, newDocument, removeDataDir, scriptEngine, until } from './driver.ts'

let dataDir: string
let desktop: Desktop
let page: Page

interface Host {
  open(onMessage: (message: unknown) => void, onClose: () => void): void
  send(message: unknown): void
  copyText(text: string): Promise<void>
  openExternal(url: string): Promise<void>
  ask(action: unknown): Promise<void>
}
declare const porchlight: Host

before(async () => {
  dataDir = await makeDataDir()
  desktop = await launchDesktop(dataDir)
  page = await desktop.window()
  await page.getByRole('heading', { name: 'Reachable from the internet' }).waitFor()
})

after(async () => {
  await desktop?.close()
  await removeDataDir(dataDir)
})

const heading = () => page.getByRole('heading', { name: 'Reachable from the internet' }).isVisible()

describe('the page', () => {
  test('has no Node and no IPC of its own, and a bridge that it cannot change', async () => {
    const seen = await page.evaluate(() => {
      const host = porchlight
      try {
        Object.assign(globalThis, { porchlight: 'mine' })
      } catch {
        // A frozen property may also throw.
      }
      const leaked = ['require', 'process', 'module', 'global', 'Buffer', 'ipcRenderer', 'electron'].filter((name) => name in globalThis)
      return [leaked, Object.keys(porchlight).sort(), Object.isFrozen(porchlight), porchlight === host]
    })
    assert.deepEqual(seen, [[], ['ask', 'copyText', 'open', 'openExternal', 'send', 'watch'], true, true])
  })

  test('opens no window', async () => {
    assert.equal(await page.evaluate(() => window.open('https://elsewhere.example/')), null)
    await page.evaluate(() => {
      const link = document.createElement('a')
      link.href = 'https://elsewhere.example/'
      link.target = '_blank'
      document.body.append(link)
      link.click()
      link.remove()
    })
    await until(async () => desktop.app.windows().length === 1, 'one window')
    assert.equal(await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length), 1)
  })

  test('navigates nowhere, and keeps its engine through the attempt', async () => {
    await desktop.app.evaluate(({ BrowserWindow }) => {
      const attempts: unknown[] = []
      Object.assign(globalThis, { attempts })
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      contents?.on('will-navigate', (event) => attempts.push([event.url, event.defaultPrevented]))
    })
    await page.evaluate(() => {
      Object.assign(globalThis, { sameDocument: true })
      location.href = 'https://elsewhere.example/'
    })
    const attempts = () => desktop.app.evaluate(() => (globalThis as unknown as { attempts: unknown[] }).attempts)
    await until(async () => (await attempts()).length > 0, 'the page tried to navigate')
    assert.deepEqual(await attempts(), [['https://elsewhere.example/', true]])
    const engine = await scriptEngine(dataDir)
    await engine.addService({ name: 'after', target: 'http://192.168.1.30' })
    engine.close()
    await page.getByRole('heading', { name: 'after' }).waitFor()
    assert.equal(await page.evaluate(() => 'sameDocument' in globalThis), true)
  })

  test('runs no script but its own and connects to nowhere', async () => {
    const seen = await page.evaluate(async () => {
      const violations: string[] = []
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violations.push(effectiveDirective))
      const script = document.createElement('script')
      script.textContent = 'globalThis.injected = true'
      document.body.append(script)
      const fetched = await fetch('https://elsewhere.example/').then(
        () => 'fetched',
        () => 'refused',
      )
      const frame = document.createElement('iframe')
      frame.src = 'https://elsewhere.example/'
      document.body.append(frame)
      while (violations.length < 3)
        await new Promise((resolve) => document.addEventListener('securitypolicyviolation', resolve, { once: true }))
      return ['injected' in globalThis, fetched, violations.sort()]
    })
    assert.deepEqual(seen, [false, 'refused', ['connect-src', 'frame-src', 'script-src-elem']])
  })

  test('breaks its own policy nowhere', async () => {
    const violations: string[] = []
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) violations.push(message.text())
    })
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.reload())
    await newDocument(page)
    await page.getByRole('heading', { name: 'after' }).waitFor()
    assert.deepEqual(violations, [])
  })

  test('is granted no permission', async () => {
    const states = () =>
      page.evaluate(async () => {
        const names = ['geolocation', 'notifications', 'camera', 'microphone'] as PermissionName[]
        const states = await Promise.all(names.map((name) => navigator.permissions.query({ name }).then(({ state }) => state)))
        return [...new Set(states)].join()
      })
    await until(async () => (await states()) === 'denied', 'every permission is denied')
  })

  test('cannot refuse to be closed', async () => {
    const isHeard = await desktop.app.evaluate(({ BrowserWindow }) => {
      let isHeard = false
      const preventDefault = () => {
        isHeard = true
      }
      BrowserWindow.getAllWindows()[0]?.webContents.emit('will-prevent-unload', { preventDefault })
      return isHeard
    })
    assert.equal(isHeard, true)
  })

  test('runs in a sandbox, and what the app keeps of itself holds nothing of the home', async () => {
    const log = await desktop.app.evaluate(() => (globalThis as unknown as { __double: { log: unknown[][] } }).__double.log)
    assert.deepEqual(log[0], ['app.enableSandbox'], 'before anything else')
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    const kept = JSON.parse(await readFile(join(dataDir, 'desktop', 'preferences.json'), 'utf8'))
    assert.deepEqual(Object.keys(kept).sort(), ['bounds', 'maximized'])
    await desktop.pick('open-window')
  })

  test('reads no file outside the page', async () => {
    const texts = await desktop.app.evaluate(async ({ BrowserWindow }) => {
      const texts: string[] = []
      const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } })
      for (const path of ['..%2felectron%2fmain.js', '..%5celectron%5cmain.js', '%2e%2e/%2e%2e/package.json', '%zz']) {
        await window.loadURL(`app://porchlight/${path}`).catch(() => {})
        texts.push((await window.webContents.executeJavaScript('document.body.textContent')) as string)
      }
      window.destroy()
      return texts
    })
    assert.deepEqual([...new Set(texts)], ['not found'])
  })
})

describe('the bridge', () => {
  test('opens https addresses, and plain ones of the home alone', async () => {
    await desktop.opened()
    for (const url of [
      'http://elsewhere.example/',
      'http://203.0.113.7/',
      'http://127.0.0.1:9/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://elsewhere.example/x',
      'x',
      '',
    ]) {
      await assert.rejects(
        page.evaluate((url) => porchlight.openExternal(url), url),
        /only https addresses are opened/,
      )
    }
    await page.evaluate(() => porchlight.openExternal('https://docs.example/'))
    await page.evaluate(() => porchlight.openExternal('http://192.168.1.1'))
    assert.deepEqual(await desktop.opened(), ['https://docs.example/', 'http://192.168.1.1/'])
  })

  test('opens a mail draft to nobody, whatever its text', async () => {
    const before = (await desktop.opened()).length
    const body = 'Hello,\n&to=x@example.org&attach=/etc/passwd'
    await page.evaluate((body) => porchlight.ask({ do: 'write-mail', subject: 'A port?to=x', body }), body)
    const [opened = ''] = (await desktop.opened()).slice(before)
    const { protocol, pathname, searchParams } = new URL(opened)
    assert.deepEqual([protocol, pathname, [...searchParams.keys()]], ['mailto:', '', ['subject', 'body']])
    assert.equal(searchParams.get('body'), body.replace('\n', '\r\n'))
    for (const action of [
      { do: 'write-mail', subject: 'x', body: 'x'.repeat(3000) },
      { do: 'write-mail', subject: 'x'.repeat(201), body: '' },
    ])
      await assert.rejects(page.evaluate((action) => porchlight.ask(action), action))
    assert.equal((await desktop.opened()).length, before + 1)
  })

  test('copies text of a bounded length only', async () => {
    await assert.rejects(
      page.evaluate(() => porchlight.copyText('x'.repeat(10_001))),
      /refused/,
    )
    await assert.rejects(
      page.evaluate(() => porchlight.copyText({ text: 'x' } as never)),
      /refused/,
    )
  })

  test('takes no wish that makes no sense', async () => {
    for (const action of [{ do: 'wish', wishes: { atQuit: 'never' } }, { do: 'wish' }, { do: 'format' }, null])
      await assert.rejects(
        page.evaluate((action) => porchlight.ask(action), action),
        /refused/,
      )
  })

  test('drops what is too large for a message and stays up', async () => {
    await page.evaluate(() => porchlight.send({ id: 99, call: 'checkNow', input: 'x'.repeat(1 << 20) }))
    await page.getByRole('button', { name: /^Check now/ }).click()
    const engine = await scriptEngine(dataDir)
    await until(async () => (await engine.calls({})).filter((call) => call === 'checkNow').length === 1, 'one check was asked for')
    engine.close()
    assert.equal(await heading(), true)
  })

  test('listens to no page of another origin, even with our preload', async () => {
    const answers = await desktop.app.evaluate(async ({ app, BrowserWindow }) => {
      const preload = `${app.getAppPath()}/dist/electron/preload.cjs`
      const foreign = new BrowserWindow({
        show: false,
        webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false },
      })
      await foreign.loadURL('data:text/html,<title>foreign</title>')
      const answers = await foreign.webContents.executeJavaScript(`(async () => {
        const heard = []
        porchlight.open((message) => heard.push(message), () => heard.push('closed'))
        porchlight.send({ id: 1, call: 'snapshot', input: {} })
        const refused = (error) => error.message
        porchlight.watch((view) => heard.push(view))
        return [
          await porchlight.copyText('stolen').catch(refused),
          await porchlight.openExternal('https://x.example/').catch(refused),
          await porchlight.ask({ do: 'quit' }).catch(refused),
          heard,
        ]
      })()`)
      foreign.destroy()
      return answers
    })
    const [copied, opened, asked, heard] = answers as [string, string, string, unknown[]]
    assert.match(copied, /refused/)
    assert.match(opened, /refused/)
    assert.match(asked, /refused/)
    assert.deepEqual(heard, [])
  })

  test('listens to no frame within our page', async () => {
    const copied = await desktop.app.evaluate(async ({ BrowserWindow, clipboard, ipcMain }) => {
      await clipboard.writeText('before')
      const [window] = BrowserWindow.getAllWindows()
      const sent: unknown[] = []
      const sender = { id: 0, isDestroyed: () => false, on: () => {}, once: () => {}, send: (...args: unknown[]) => sent.push(args) }
      const frames = [null, { url: window?.webContents.getURL(), parent: {} }, { url: 'app://porchlight.elsewhere.example/', parent: null }]
      for (const senderFrame of frames) {
        ipcMain.emit('engine:open', { sender, senderFrame }, 1)
        ipcMain.emit('engine:send', { sender, senderFrame }, 1, { id: 1, call: 'stop', input: {} })
      }
      return [await clipboard.readText(), sent]
    })
    assert.deepEqual(copied, ['before', []])
    const engine = await scriptEngine(dataDir)
    engine.close()
    assert.equal(await heading(), true)
  })
})
