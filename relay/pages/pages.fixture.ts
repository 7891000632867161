/** For tests: the relay's pages over loopback, with one link behind them. */
import { once } from 'node:events'
import http, { type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { createGuesses } from '../links/guesses.ts'
import type { Destination } from '../links/links.ts'
import { createVisits } from '../links/visits.ts'
import { createAbusePages } from './abuse.ts'
import { createPages } from './pages.ts'

export const ID = 'abcdefgh2345'
export const ALIAS = 'k7dq2vxm'

export interface Page {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type Get = (path: string, options?: http.RequestOptions) => Promise<Page>
export type Known = Extract<Destination, { state: 'known' }>

export const WEB: Known = {
  state: 'known',
  kind: 'http',
  preset: undefined,
  gated: false,
  host: 'web.amber-otter-42.relay.example',
  port: undefined,
  away: null,
}

export interface Served {
  readonly get: Get
  readonly url: string
  /** What the link leads to; may be changed at any time. */
  destination: Destination
}

/** `destination` is behind {@link ID} and {@link ALIAS}; everything else is unknown. */
export async function serve(context: TestContext, destination: Destination, port = 443, contact?: string): Promise<Served> {
  const links = { find: async (link: string) => (link === ID || link === ALIAS ? served.destination : ({ state: 'unknown' } as const)) }
  const answerAbuse = createAbusePages({ contact, baseUrl: () => 'https://relay.example' })
  const showPage = createPages(createVisits({ links, guesses: createGuesses(() => 0), httpsPort: () => port }))
  const server = http.createServer((request, response) => {
    if (!answerAbuse(request, response)) showPage(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const own = (server.address() as AddressInfo).port
  const served: Served = {
    destination,
    url: `http://127.0.0.1:${own}`,
    async get(path, options = {}) {
      const request = http.request({ host: '127.0.0.1', port: own, path, agent: false, ...options }).end()
      const [response] = (await once(request, 'response')) as [http.IncomingMessage]
      const chunks: Buffer[] = await response.toArray()
      return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }
    },
  }
  return served
}

export const pages = async (context: TestContext, destination: Destination = WEB, contact?: string): Promise<Get> =>
  (await serve(context, destination, 443, contact)).get

export const titleOf = ({ body }: Page): string | undefined => /<h1>(.*?)<\/h1>/.exec(body)?.[1]
