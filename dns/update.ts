/** Changing a zone at its name server (RFC 2136), signed (RFC 8945).
 *
 *  ```
 *  | id | opcode 5 | ZO=1 | PR=0 | UP | AD | zone name, SOA u16, IN u16 | change… | TSIG        RFC 2136 §2
 *
 *  delete a set   name | type u16 | ANY u16 | TTL 0 | length 0                                §2.5.2
 *  add a record   name | type u16 | IN u16  | TTL u32 | length u16 | data                     §2.5.1
 *  ```
 *  All changes of one message take effect together, or none of them. */
import { CLASS_ANY, CLASS_IN, OPCODE, RCODE, TYPE } from './codes.ts'
import { type NameServerConnection, NameServerError } from './exchange.ts'
import { readMessage } from './message.ts'
import { type Name, uncompressed } from './names.ts'
import { encodeData, u16, u32, type ZoneRecord } from './records.ts'
import { sign, type TsigKey, verify } from './tsig.ts'

/** The records of one type at one name, as they are to be; none: gone. */
export interface SetChange {
  readonly owner: Name
  readonly type: keyof typeof TYPE
  readonly records: readonly ZoneRecord[]
}

/** Throws RangeError on a record that cannot be written. */
export function writeUpdate(id: number, zone: Name, changes: readonly SetChange[]): Uint8Array {
  const body: number[] = []
  let count = 0
  for (const { owner, type, records } of changes) {
    const head = [...uncompressed(owner), ...u16(TYPE[type])]
    body.push(...head, ...u16(CLASS_ANY), ...u32(0), ...u16(0))
    for (const record of records) {
      const data = encodeData(record)
      body.push(...head, ...u16(CLASS_IN), ...u32(record.ttlS), ...u16(data.length), ...data)
    }
    count += 1 + records.length
  }
  const header = [...u16(id), ...u16(OPCODE.UPDATE << 11), ...u16(1), ...u16(0), ...u16(count), ...u16(0)]
  return Uint8Array.from([...header, ...uncompressed(zone), ...u16(TYPE.SOA), ...u16(CLASS_IN), ...body])
}

/** Resolves when the server has taken all changes. Rejects with {@link NameServerError}: `refused` names the server's code, `unproven` means
 *  that one of us has another key or another time. */
export async function update(
  connection: NameServerConnection,
  zone: Name,
  changes: readonly SetChange[],
  key: TsigKey,
  now: () => number = Date.now,
): Promise<void> {
  let requestMac = new Uint8Array()
  const bytes = await connection.exchange((id) => {
    const signed = sign(writeUpdate(id, zone, changes), key, now())
    requestMac = Uint8Array.from(signed.mac)
    return signed.bytes
  })
  const message = readMessage(bytes)
  if (!message?.isAnswer || message.opcode !== OPCODE.UPDATE) throw new NameServerError('malformed', 'the name server sent no answer')
  const proof = verify(bytes, key, requestMac, now())
  // Some servers do not sign a refusal; what is refused changes nothing, whoever says so.
  if (proof !== 'ok' && !(proof === 'unsigned' && message.rcode !== RCODE.NOERROR))
    throw new NameServerError('unproven', `the name server and this program do not agree: ${proof}`)
  if (message.rcode !== RCODE.NOERROR)
    throw new NameServerError('refused', `the name server refuses the update: ${nameOfCode(message.rcode)}`)
}

const nameOfCode = (rcode: number): string => Object.entries(RCODE).find(([, code]) => code === rcode)?.[0] ?? String(rcode)
