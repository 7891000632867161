/** What a page of a stranger's making shows at first sight. Pure, and linear in the page's length: no expression here can be made to run long. */

export interface PageFacts {
  readonly title: string
  /** It has a field for a password. */
  readonly asksPassword: boolean
  /** Where the form with that field is sent, as the page has it; undefined: to the page itself, or by its scripts. */
  readonly action: string | undefined
  /** The names of a folder's files, as servers list them. */
  readonly listsFiles: boolean
}

const MAX_TAG = 2000
const MAX_TITLE = 200
/** nginx, Apache, lighttpd; Python; Tomcat. */
const LISTING = /^(index of \/|directory listing for|directory: \/)/i

export function readPage(html: string): PageFacts {
  let title = ''
  let asksPassword = false
  let action: string | undefined
  let formAction: string | undefined
  for (const { name, text, end } of tagsOf(html)) {
    if (name === 'title' && title === '') title = untagged(html.slice(end, end + MAX_TITLE * 2))
    else if (name === 'form') formAction = attribute(text, 'action')
    else if (name === '/form') formAction = undefined
    else if (name === 'input' && attribute(text, 'type')?.toLowerCase() === 'password') {
      if (!asksPassword) action = formAction
      asksPassword = true
    }
  }
  return { title, asksPassword, action, listsFiles: LISTING.test(title) }
}

/** Every tag, in order; what stands in comments and scripts too, which only makes us see a field too many. */
function* tagsOf(html: string): Generator<{ name: string; text: string; end: number }> {
  for (let from = html.indexOf('<'); from !== -1; ) {
    const close = html.indexOf('>', from)
    if (close === -1) return
    const text = html.slice(from + 1, Math.min(close, from + MAX_TAG))
    const name = /^\/?[a-z][a-z0-9]*/i.exec(text)?.[0].toLowerCase()
    if (name !== undefined) yield { name, text, end: close + 1 }
    from = html.indexOf('<', close)
  }
}

const untagged = (text: string): string => text.slice(0, text.search(/<|$/)).replace(/\s+/g, ' ').trim().slice(0, MAX_TITLE)

/** Its value, quoted or bare; undefined when it is not there. */
function attribute(tag: string, wanted: string): string | undefined {
  for (const [, name, double, single, bare] of tag.matchAll(/\s([a-z-]+)\s?=\s?(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi))
    if (name?.toLowerCase() === wanted) return double ?? single ?? bare
  return undefined
}
