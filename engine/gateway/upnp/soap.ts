/** UPnP control (UPnP Device Architecture 1.1 §3): an action as an envelope, and its result or fault back. */

import { GatewayError } from '../gateway.ts'
import { parseXml, type XmlElement, XmlError } from './xml.ts'

/** In the order of the service's definition: some routers read arguments by place. */
export type SoapArguments = readonly (readonly [name: string, value: string | number])[]

export interface SoapQuestion {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type SoapReply =
  | { readonly kind: 'result'; readonly values: ReadonlyMap<string, string> }
  /** `code` is undefined when the fault has none. */
  | { readonly kind: 'fault'; readonly code: number | undefined }

/** `SOAPAction` in quotes, its case kept: some routers compare it byte by byte (syncthing#1696). */
export function buildCall(serviceType: string, action: string, values: SoapArguments): SoapQuestion {
  const inner = values.map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`).join('')
  return {
    headers: { 'Content-Type': 'text/xml; charset="utf-8"', SOAPAction: `"${serviceType}#${action}"` },
    body: [
      '<?xml version="1.0"?>\r\n<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" ',
      's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>',
      `<u:${action} xmlns:u="${escapeXml(serviceType)}">${inner}</u:${action}></s:Body></s:Envelope>\r\n`,
    ].join(''),
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
}

/** Throws {@link GatewayError} `garbled`. Elements count by local name: routers choose prefixes, and even namespaces, freely. */
export function parseSoap(bytes: Uint8Array): SoapReply {
  const envelope = readEnvelope(bytes)
  const answer = envelope.children.find(({ name }) => name === 'Body')?.children[0]
  if (!answer) throw new GatewayError('garbled', "the router's answer has no body")
  if (answer.name === 'Fault') return { kind: 'fault', code: faultCode(answer) }
  return { kind: 'result', values: new Map(answer.children.map(({ name, text }) => [name, text])) }
}

function readEnvelope(bytes: Uint8Array): XmlElement {
  try {
    return parseXml(bytes)
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    throw new GatewayError('garbled', `the router's answer is ${error.kind}: ${error.message}`, { cause: error })
  }
}

function faultCode(element: XmlElement): number | undefined {
  for (const inner of element.children) {
    const code = inner.name === 'errorCode' && /^\d{1,4}$/.test(inner.text) ? Number(inner.text) : faultCode(inner)
    if (code !== undefined) return code
  }
  return undefined
}
