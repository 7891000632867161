/** A proof by http-01: for the time of one order port 80 of the home's addresses leads to a listener that knows nothing but the answers (RFC 8555
 *  §8.3). Directories such as ZeroSSL offer no other way to names that are not kept at a DNS server of ours. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answerer } from '../../certificates/challenge.ts'
import type { Family } from '../../protocol/model/address.ts'
import { httpFamilies } from '../core/own-names.ts'
import type { Rule } from '../core/router-state.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'
import { askRouter, removeRule } from './rules.ts'

const PATH = '/.well-known/acme-challenge/'
const EXPOSURE = { id: '', protocol: 'tcp', port: 80, exactPort: true, transport: 'tcp', services: [] } as const

/** `families`: those of the addresses that the names lead to. */
export function byHttp(context: Context, families: readonly Family[], emit: Emit): Answerer {
  const answers = new Map<string, string>()
  const open: { server: Server; rule: Rule | undefined }[] = []
  return {
    type: 'http-01',
    async set({ token, text }, signal) {
      answers.set(PATH + token, text)
      if (open.length > 0) return
      for (const family of families) {
        const server = answering(answers)
        const at = { server, rule: undefined as Rule | undefined }
        open.push(at)
        const internalAddress = context.state().network?.[family]?.localAddress
        // IPv6 knows no translation: there it is port 80 here too, or none.
        server.listen({ host: internalAddress, port: family === 'ipv6' ? 80 : 0, signal })
        await once(server, 'listening', { signal })
        if (internalAddress === undefined || httpFamilies(context.state()).open.includes(family)) continue
        const { port } = server.address() as AddressInfo
        const hop = { router: 'gateway', internalAddress, externalPort: 80, renews: null } as const
        const asked = await askRouter(context, { exposure: EXPOSURE, hops: [hop], replace: [], wasTaken: false }, hop, port, emit, signal)
        if (!('rule' in asked)) throw new Error(`port 80 could not be opened: ${asked.problem.code}`)
        at.rule = asked.rule
      }
    },
    async clear({ token }, signal) {
      answers.delete(PATH + token)
      if (answers.size > 0) return
      for (const { server, rule } of open.splice(0)) {
        server.close()
        server.closeAllConnections()
        // What cannot be taken back now is noted, and taken back later as any leftover is.
        if (rule) await removeRule(context, { kind: 'remove-rule', rule }, emit, signal)
      }
    },
  }
}

/** Nothing is read but the path, and everybody else is told that there is nothing. */
export function answering(answers: ReadonlyMap<string, string>): Server {
  const server = createServer({ headersTimeout: 5000, requestTimeout: 5000, maxHeaderSize: 8192 }, (request, response) => {
    const text = request.method === 'GET' ? answers.get(request.url ?? '') : undefined
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'application/octet-stream', connection: 'close' })
    response.end(text)
  })
  server.maxConnections = 64
  return server
}
