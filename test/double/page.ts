/** One page of Chromium behind one WebContents: opens it, puts the two worlds in, serves the app's schemes, and tells what happens in it. */
import { randomUUID } from 'node:crypto'
import { chromium } from './chromium.ts'
import { answerScheme, original, standIn } from './schemes.ts'
import { mainWorldSource, openBinding, POST_BINDING, PRELOAD_WORLD, preloadWorldSource } from './worlds.ts'

export interface PageEvents {
  /** The page itself wants to go elsewhere (a link, `location`): may it? */
  mayNavigate(url: string): boolean
  startedNavigating(url: string, isSameDocument: boolean): void
  navigated(url: string): void
  domReady(): void
  loaded(): void
  failed(reason: string, url: string): void
  wantsWindow(url: string): void
  /** Text that the preload posted. */
  posted(text: string): void
  crashed(): void
  closed(): void
}

export interface Page {
  readonly targetId: string
  navigate(url: string): Promise<void>
  reload(): Promise<void>
  /** Into the preload's world; dropped where the document has none, as Electron drops it. */
  deliver(text: string): void
  evaluate(code: string): Promise<unknown>
  close(): void
}

interface PausedRequest {
  requestId: string
  frameId: string
  resourceType: string
  request: { url: string; method: string; headers: Record<string, string> }
}

export async function openPage(size: { width: number; height: number }, preload: string | undefined, events: PageEvents): Promise<Page> {
  const browser = chromium()
  await browser.send('Target.setDiscoverTargets', { discover: true })
  const { targetId } = await browser.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank', newWindow: true, ...size })
  const { sessionId } = await browser.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true })
  const send = <T>(method: string, params: object = {}) => browser.send<T>(method, params as Record<string, unknown>, sessionId)
  const on = (method: string, listener: (params: never) => void) => browser.on(method, listener, sessionId)

  const frameId = targetId // Chromium gives the main frame the name of its target
  const secret = randomUUID()
  let preloadContext: number | undefined
  /** A navigation that did not come from the page: its request must not ask `mayNavigate`. */
  let ownNavigation = false

  const navigatesMainFrame = (paused: PausedRequest) => paused.resourceType === 'Document' && paused.frameId === frameId
  const onPaused = async (paused: PausedRequest): Promise<void> => {
    const { requestId, request } = paused
    const own = ownNavigation
    if (navigatesMainFrame(paused)) ownNavigation = false
    if (navigatesMainFrame(paused) && !own && !events.mayNavigate(original(request.url))) {
      await send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
      return
    }
    const response = await answerScheme(request)
    if (!response) {
      await send('Fetch.continueRequest', { requestId })
      return
    }
    await send('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    })
  }

  on('Fetch.requestPaused', (paused: PausedRequest) => {
    onPaused(paused).catch(() => {}) // the page went away meanwhile
  })
  on('Runtime.executionContextCreated', ({ context }: { context: { id: number; name: string; auxData: { frameId: string } } }) => {
    if (context.name === PRELOAD_WORLD && context.auxData.frameId === frameId) preloadContext = context.id
  })
  on('Runtime.executionContextDestroyed', ({ executionContextId }: { executionContextId: number }) => {
    if (executionContextId === preloadContext) preloadContext = undefined
  })
  on('Runtime.bindingCalled', ({ name, payload, executionContextId }: { name: string; payload: string; executionContextId: number }) => {
    if (name === POST_BINDING && executionContextId === preloadContext) events.posted(payload)
    if (name === openBinding(secret)) events.wantsWindow(original(payload))
  })
  on('Page.frameStartedNavigating', (started: { frameId: string; url: string; navigationType: string }) => {
    if (started.frameId === frameId) events.startedNavigating(original(started.url), started.navigationType.startsWith('same'))
  })
  on('Page.frameNavigated', ({ frame }: { frame: { parentId?: string; url: string } }) => {
    if (frame.parentId === undefined) events.navigated(original(frame.url))
  })
  on('Page.domContentEventFired', () => events.domReady())
  on('Page.loadEventFired', () => events.loaded())
  on('Page.windowOpen', ({ url }: { url: string }) => events.wantsWindow(original(url)))
  on('Inspector.targetCrashed', () => events.crashed())
  browser.on('Target.targetCreated', ({ targetInfo }: { targetInfo: { targetId: string; openerId?: string } }) => {
    if (targetInfo.openerId === targetId) browser.send('Target.closeTarget', { targetId: targetInfo.targetId }).catch(() => {})
  })
  browser.on('Target.targetDestroyed', (destroyed: { targetId: string }) => {
    if (destroyed.targetId === targetId) events.closed()
  })

  await send('Page.enable')
  await send('Runtime.enable')
  await send('Fetch.enable', { patterns: [{ urlPattern: '*' }] })
  await send('Runtime.addBinding', { name: openBinding(secret) })
  await send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldSource(secret) })
  if (preload !== undefined) {
    await send('Runtime.addBinding', { name: POST_BINDING, executionContextName: PRELOAD_WORLD })
    await send('Page.addScriptToEvaluateOnNewDocument', { worldName: PRELOAD_WORLD, source: preloadWorldSource(secret, preload) })
  }

  return {
    targetId,
    async navigate(url) {
      ownNavigation = /^(https?:|file:)/.test(standIn(url)) // other schemes make no request
      const { errorText } = await send<{ errorText?: string }>('Page.navigate', { url: standIn(url) })
      if (errorText === undefined) return
      events.failed(errorText, url)
      throw new Error(`${errorText} loading '${url}'`)
    },
    async reload() {
      ownNavigation = true
      await send('Page.reload')
    },
    deliver(text) {
      if (preloadContext === undefined) return
      send('Runtime.evaluate', { expression: `deliverToPreload(${JSON.stringify(text)})`, contextId: preloadContext }).catch(() => {})
    },
    async evaluate(code) {
      type Evaluated = { result: { value: unknown }; exceptionDetails?: { text: string; exception?: { description?: string } } }
      const { result, exceptionDetails } = await send<Evaluated>('Runtime.evaluate', {
        expression: code,
        awaitPromise: true,
        returnByValue: true,
        userGesture: true,
      })
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
      return result.value
    },
    close: () => void browser.send('Target.closeTarget', { targetId }).catch(() => {}),
  }
}
