import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The web server of a scripted box: each question is read to its end before it is answered. */
export async function startBoxServer(
  answer: (request: IncomingMessage, text: string, response: ServerResponse) => void,
  { address = '127.0.0.1', port = 0 } = {},
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = ''
    for await (const chunk of request) text += chunk
    answer(request, text, response)
  }
  const server = createServer((request, response) => void respond(request, response))
  server.listen(port, address)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
