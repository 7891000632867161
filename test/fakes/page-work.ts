/** What a page does, counted so that no machine and no neighbour can change it: calls of its own functions, what it changed, what it asked. */
import type { Page } from 'playwright-core'

export interface Work {
  /** Calls of all functions of the page's scripts together; Chromium's and the test's own are not among them. */
  readonly calls: number
  /** Calls of the innermost function that holds this text. Throws where there is none. */
  of(text: string): number
}

/** Counts while something is done, by V8's precise coverage: a function at a time, because what it counts of blocks gets lost when garbage is
 *  collected. It changes by 3 % at most from run to run (pieces of work that React puts off), and not at all where nothing is fetched. */
export async function workDuring(page: Page, act: () => Promise<unknown>): Promise<Work> {
  const devtools = await page.context().newCDPSession(page)
  const sources = new Map<string, Promise<string>>()
  devtools.on('Debugger.scriptParsed', ({ scriptId, url }) => {
    if (!url.startsWith('http')) return
    sources.set(
      scriptId,
      devtools.send('Debugger.getScriptSource', { scriptId }).then(
        ({ scriptSource }) => scriptSource,
        // It went with the page that was there before.
        () => '',
      ),
    )
  })
  await devtools.send('Debugger.enable')
  await devtools.send('Profiler.enable')
  await devtools.send('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  await act()
  const { result } = await devtools.send('Profiler.takePreciseCoverage')
  const texts = new Map(await Promise.all([...sources].map(async ([id, source]) => [id, await source] as const)))
  await devtools.send('Profiler.stopPreciseCoverage')
  await devtools.detach()
  const called = result.flatMap(({ scriptId, functions }) => {
    const text = texts.get(scriptId)
    return text === undefined
      ? []
      : functions.flatMap(({ ranges }) =>
          ranges.map(({ startOffset, endOffset, count }) => ({ text: text.slice(startOffset, endOffset), count })),
        )
  })
  return {
    calls: called.reduce((sum, { count }) => sum + count, 0),
    of: (text) => {
      if (![...texts.values()].some((script) => script.includes(text))) throw new Error(`no script holds ${text}`)
      return called.filter((one) => one.text.includes(text)).sort((a, b) => a.text.length - b.text.length)[0]?.count ?? 0
    },
  }
}

/** Where the page changes its document from now on, each place once, sorted: `card N`, `chart N` or `elsewhere`. Asking begins anew. */
export async function placesChanged(page: Page): Promise<() => Promise<string[]>> {
  const places = await page.evaluateHandle(() => {
    const seen = new Set<string>()
    const placeOf = (node: Node): string => {
      const element = node instanceof Element ? node : node.parentElement
      const card = element?.closest('article')
      if (!card) return 'elsewhere'
      const at = [...document.querySelectorAll('article')].indexOf(card)
      return `${element?.closest('.small-charts') ? 'chart' : 'card'} ${at}`
    }
    const observer = new MutationObserver((records) => {
      for (const { target } of records) seen.add(placeOf(target))
    })
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
    return seen
  })
  return () =>
    places.evaluate((seen) => {
      const told = [...seen].sort()
      seen.clear()
      return told
    })
}

/** What the page asks the engine over connections it opens from now on: `presets`, `traffic of jeedom`. Asking begins anew. */
export function questionsOf(page: Page): () => string[] {
  const asked: string[] = []
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const { call, input } = JSON.parse(String(payload)) as { call: string; input: { service?: string } }
      asked.push(input.service ? `${call} of ${input.service}` : call)
    }),
  )
  return () => asked.splice(0)
}
