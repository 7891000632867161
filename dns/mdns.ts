/** Multicast DNS (RFC 6762) and what devices announce by it (RFC 6763): questions to everybody on the link, and what strangers answer.
 *
 *  ```
 *  _http._tcp.local       PTR  Kitchen radio._http._tcp.local     which there are
 *  Kitchen radio._http…   SRV  0 0 80 radio.local                 where one listens
 *  radio.local            A    192.168.1.30
 *  ``` */
import { CLASS_IN, TYPE } from './codes.ts'
import { readMessage, readName } from './message.ts'
import { lowerCase, type Name, nameOf, uncompressed } from './names.ts'
import { u16 } from './records.ts'

export const MDNS_PORT = 5353
export const MDNS_GROUP = '224.0.0.251'

/** More in one answer is no device of a home's. */
const MAX_RECORDS = 200

export type Announced =
  /** `type`: `_http._tcp`, in small letters; `instance`: its whole name, as it is asked for. */
  | { readonly kind: 'instance'; readonly type: string; readonly instance: Name; readonly label: string }
  | { readonly kind: 'place'; readonly instance: string; readonly host: string; readonly port: number }
  | { readonly kind: 'address'; readonly host: string; readonly address: string }

/** From any port but 5353: then every responder answers to that port alone (RFC 6762 §6.7). Throws RangeError on a name that is none. */
export function writeMdnsQuestion(questions: readonly { readonly name: Name; readonly type: number }[]): Uint8Array {
  const header = [0, 0, 0, 0, ...u16(questions.length), 0, 0, 0, 0, 0, 0]
  return Uint8Array.from([...header, ...questions.flatMap(({ name, type }) => [...uncompressed(name), ...u16(type), ...u16(CLASS_IN)])])
}

/** `_http._tcp` → what is asked for. */
export const browsed = (type: string): { name: Name; type: number } => ({ name: nameOf(`${type}.local`), type: TYPE.PTR })

/** A name as the key under which it is known again: in small letters (RFC 6762 §16). */
export const keyOf = (name: Name): string => name.map(lowerCase).join('\u0000')

/** Everything of use in an answer; empty for what is none. Never throws. */
export function readMdns(bytes: Uint8Array): Announced[] {
  const message = readMessage(bytes)
  if (!message?.isAnswer || message.opcode !== 0 || message.rcode !== 0) return []
  return [...message.answers, ...message.additional].slice(0, MAX_RECORDS).flatMap((record): Announced[] => {
    // The upper bit says that what was known before is to be forgotten (RFC 6762 §10.2).
    if ((record.class & 0x7fff) !== CLASS_IN || record.ttlS === 0) return []
    const { owner, type, data, dataAt } = record
    const end = dataAt + data.length
    if (type === TYPE.PTR) {
      const named = readName(bytes, dataAt)
      return named?.end === end ? instanceOf(owner, named.name) : []
    }
    if (type === TYPE.SRV && data.length > 6) {
      const named = readName(bytes, dataAt + 6)
      const port = ((data[4] ?? 0) << 8) | (data[5] ?? 0)
      return named?.end === end && port > 0 ? [{ kind: 'place', instance: keyOf(owner), host: keyOf(named.name), port }] : []
    }
    if (type === TYPE.A && data.length === 4) return [{ kind: 'address', host: keyOf(owner), address: data.join('.') }]
    return []
  })
}

/** `Kitchen radio._http._tcp.local` under `_http._tcp.local`, and nothing of another type or domain. */
function instanceOf(owner: Name, instance: Name): Announced[] {
  const [service = '', transport = '', ...domain] = owner.map(lowerCase)
  const [label = '', ...rest] = instance
  if (domain.join('.') !== 'local' || keyOf(rest) !== keyOf(owner)) return []
  if (!/^_[a-z0-9-]{1,15}$/.test(service) || (transport !== '_tcp' && transport !== '_udp')) return []
  return [{ kind: 'instance', type: `${service}.${transport}`, instance, label: readable(Buffer.from(label, 'latin1').toString('utf8')) }]
}

/** Of a stranger's making: no control letters, no direction marks. */
const readable = (text: string): string =>
  text
    .replaceAll(/[\p{C}\ufffd]/gu, '')
    .trim()
    .slice(0, 63)
