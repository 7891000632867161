/** Schemes of the app's own (`app://ui/…`). A stock Chromium has none, so each lives at an https address of its own:
 *  `app://ui/x` ⇄ `https://ui.app.double.test/x`: a secure origin with the same isolation, but another name (README, "What stays unproven"). */

type Handler = (request: Request) => Response | Promise<Response>

const privileged = new Set<string>()
const handlers = new Map<string, Handler>()

const STAND_IN = /^https:\/\/([^/?#]*)\.([a-z][a-z0-9+-]*)\.double\.test(?=[/?#]|$)/

export const declareScheme = (scheme: string): void => void privileged.add(scheme)
export const handlersOfSchemes = handlers

/** Chromium's address for the app's. */
export const standIn = (url: string): string =>
  url.replace(/^([a-z][a-z0-9+-]*):\/\/([^/?#]*)/, (whole, scheme, host) =>
    privileged.has(scheme) ? `https://${host}.${scheme}.double.test` : whole,
  )

/** The app's address for Chromium's. */
export const original = (url: string): string => url.replace(STAND_IN, '$2://$1')

/** Answers a request for one of the app's schemes; undefined for any other address. */
export async function answerScheme(request: {
  url: string
  method: string
  headers: Record<string, string>
}): Promise<Response | undefined> {
  const scheme = STAND_IN.exec(request.url)?.[2]
  if (scheme === undefined) return undefined
  const handler = handlers.get(scheme)
  if (!handler) return new Response('no handler', { status: 404 })
  try {
    return await handler(new Request(original(request.url), { method: request.method, headers: request.headers }))
  } catch (error) {
    process.stderr.write(`the double: the handler of ${scheme}: failed: ${error}\n`)
    return new Response('the handler failed', { status: 500 })
  }
}
