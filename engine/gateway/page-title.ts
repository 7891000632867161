/** The title of the router's own page: of one that speaks none of our languages it is all that says which router it is. */
import { printable } from './upnp/description.ts'
import { askHttp } from './upnp/http.ts'

const ANSWER_MS = 3000
const HTTP_PORT = 80
/** A title stands near the beginning; what is longer than this is none. */
const MAX_TITLE_LETTERS = 200

/** One GET, to the gateway's address and nowhere else; "" when it has no page, leads elsewhere, or has not answered within three seconds. */
export async function pageTitle(
  { gateway, localAddress }: { readonly gateway: string; readonly localAddress: string },
  signal: AbortSignal,
  port = HTTP_PORT,
): Promise<string> {
  const link = { gatewayAddress: gateway, localAddress, answerMs: ANSWER_MS }
  const reply = await askHttp(link, { place: { port, path: '/' } }, signal).catch(() => null)
  return reply === null ? '' : titleOf(reply.body)
}

export function titleOf(page: Buffer): string {
  const [, title = ''] = new RegExp(`<title[^>]{0,100}>([^<]{1,${MAX_TITLE_LETTERS}})</title>`, 'i').exec(page.toString('utf8')) ?? []
  return printable(title)
}
