/**
 * The little of XML that routers speak, read from bytes that nobody vouches for. A pull parser: elements and text, by local name.
 * Attributes are checked and thrown away, since no answer of a router needs one. There is no DTD, and no entity but the five that
 * XML has by itself: neither can then name a file, a host, or ten thousand copies of itself.
 */

export const MAX_XML_BYTES = 256 * 1024
const MAX_DEPTH = 32
const MAX_ELEMENTS = 4_096

/** `incomplete`: the text ends too early, and more of it might help. `invalid`: no more of it will. */
export class XmlError extends Error {
  readonly kind: 'incomplete' | 'invalid'
  constructor(kind: 'incomplete' | 'invalid', message: string) {
    super(message)
    this.name = 'XmlError'
    this.kind = kind
  }
}

export type XmlEvent =
  | { readonly kind: 'open'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'close'; readonly name: string }

export interface XmlElement {
  /** Without its namespace prefix, which every router chooses differently. */
  readonly name: string
  readonly children: readonly XmlElement[]
  /** Directly inside this element, trimmed. */
  readonly text: string
}

/** The root element of at most {@link MAX_XML_BYTES}. Throws {@link XmlError}. What follows the root is not looked at. */
export function parseXml(bytes: Uint8Array): XmlElement {
  if (bytes.length > MAX_XML_BYTES) throw new XmlError('invalid', `more than ${MAX_XML_BYTES} bytes`)
  const document: Building = { name: '', children: [], text: '' }
  const open = [document]
  for (const event of pullXml(new TextDecoder().decode(bytes))) {
    const inner = open.at(-1) ?? document
    if (event.kind === 'text') inner.text += event.text
    else if (event.kind === 'open') {
      const element: Building = { name: event.name, children: [], text: '' }
      inner.children.push(element)
      open.push(element)
    } else {
      inner.text = inner.text.trim()
      open.pop()
    }
  }
  const root = document.children[0]
  if (!root) throw new XmlError('incomplete', 'no element')
  return root
}

interface Building extends XmlElement {
  readonly children: Building[]
  text: string
}

/** Events until the root is closed. Throws {@link XmlError}, and so never ends quietly before that. */
export function* pullXml(text: string): Generator<XmlEvent, void> {
  const open: string[] = []
  let elements = 0
  let at = 0
  do {
    const token = nextToken(text, at, open.length > 0)
    at = token.end
    if (token.kind === 'text') yield token
    else if (token.kind === 'open') {
      elements += 1
      if (elements > MAX_ELEMENTS) throw new XmlError('invalid', `more than ${MAX_ELEMENTS} elements`)
      if (open.length === MAX_DEPTH) throw new XmlError('invalid', `deeper than ${MAX_DEPTH} elements`)
      open.push(token.qualified)
      yield { kind: 'open', name: localName(token.qualified) }
      if (token.empty) yield { kind: 'close', name: localName(open.pop() ?? '') }
    } else if (token.kind === 'close') {
      if (open.pop() !== token.qualified) throw new XmlError('invalid', 'a tag closes another element')
      yield { kind: 'close', name: localName(token.qualified) }
    }
  } while (open.length > 0 || elements === 0)
}

type Token = { readonly end: number } & (
  | { readonly kind: 'skip' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'open'; readonly qualified: string; readonly empty: boolean }
  | { readonly kind: 'close'; readonly qualified: string }
)

function nextToken(text: string, at: number, insideRoot: boolean): Token {
  if (text[at] !== '<') return textToken(text, at, insideRoot)
  if (text.startsWith('<?', at)) return { kind: 'skip', end: endOf(text, '?>', at + 2) }
  if (text.startsWith('<!', at)) return declarationToken(text, at, insideRoot)
  return tagToken(text, at)
}

function textToken(text: string, at: number, insideRoot: boolean): Token {
  const next = text.indexOf('<', at)
  const end = next < 0 ? text.length : next
  const raw = text.slice(at, end)
  if (!insideRoot && raw.trim() !== '') throw new XmlError('invalid', 'text outside the root')
  if (next < 0) throw new XmlError('incomplete', 'ends inside text')
  return insideRoot ? { kind: 'text', text: decodeText(raw), end } : { kind: 'skip', end }
}

function declarationToken(text: string, at: number, insideRoot: boolean): Token {
  if (text.startsWith('<!--', at)) return { kind: 'skip', end: endOf(text, '-->', at + 4) }
  if (insideRoot && text.startsWith('<![CDATA[', at)) {
    const end = endOf(text, ']]>', at + 9)
    return { kind: 'text', text: plain(text.slice(at + 9, end - 3)), end }
  }
  const rest = text.slice(at, at + 9)
  if ('<!--'.startsWith(rest) || (insideRoot && '<![CDATA['.startsWith(rest))) throw new XmlError('incomplete', 'ends inside a mark')
  throw new XmlError('invalid', 'a document type declaration, which is refused')
}

const NAME = String.raw`[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?`
const CLOSE_TAG = new RegExp(String.raw`^</(${NAME})\s*>$`)
const OPEN_TAG = new RegExp(String.raw`^<(${NAME})(?:\s+${NAME}\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(/?)>$`)

function tagToken(text: string, at: number): Token {
  const end = endOfTag(text, at)
  const tag = text.slice(at, end)
  const closed = CLOSE_TAG.exec(tag)
  if (closed) return { kind: 'close', qualified: closed[1] ?? '', end }
  const opened = OPEN_TAG.exec(tag)
  if (opened) return { kind: 'open', qualified: opened[1] ?? '', empty: opened[2] === '/', end }
  throw new XmlError('invalid', 'a malformed tag')
}

/** Behind the `>` that closes the tag: one inside quotes does not. */
function endOfTag(text: string, at: number): number {
  let quote = ''
  for (let index = at + 1; index < text.length; index += 1) {
    const character = text[index] ?? ''
    if (character === '<') throw new XmlError('invalid', 'a tag inside a tag')
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === '>') return index + 1
  }
  throw new XmlError('incomplete', 'ends inside a tag')
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from)
  if (found < 0) throw new XmlError('incomplete', `ends before ${mark}`)
  return found + mark.length
}

function localName(qualified: string): string {
  return qualified.slice(qualified.indexOf(':') + 1)
}

const FIVE_ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** An ampersand that starts no reference stands for itself: people type the names that routers carry. */
function decodeText(raw: string): string {
  return plain(raw).replace(/&(#?\w+);/g, (_, reference: string) => {
    const character = reference.startsWith('#') ? fromNumber(reference.slice(1)) : FIVE_ENTITIES[reference]
    if (character === undefined) throw new XmlError('invalid', 'an entity that XML does not have by itself')
    return character
  })
}

function fromNumber(digits: string): string | undefined {
  if (!/^(\d{1,7}|x[0-9A-Fa-f]{1,6})$/.test(digits)) return undefined
  const code = Number(digits.startsWith('x') ? `0${digits}` : digits)
  return isCharacter(code) ? String.fromCodePoint(code) : undefined
}

/** XML 1.0 §2.2. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code < 0x110000)
}

function plain(raw: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML forbids
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(raw)) throw new XmlError('invalid', 'a control character')
  return raw
}
