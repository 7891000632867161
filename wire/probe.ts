/** The question an outsider puts to a home, and the answer that only our own engine can give.
 *
 *  ```
 *  outsider → engine   0          8            24                  56
 *                      | PLPROBE1 | id (16)    | challenge (32)    |
 *  engine → outsider   0                                     64
 *                      | Ed25519 over the statement below    |
 *  ```
 *  The engine chose `id` when it asked to be probed and answers no other, so it signs for nobody who just calls. The outsider chose
 *  `challenge`, so an answer cannot be replayed. Over TLS the statement also binds the session, so it cannot be passed on. The same
 *  bytes travel in one UDP datagram each way; the answer is only 8 bytes longer than the question (no amplifier). */
import { sign } from 'node:crypto'
import { checkSignature, type Identity } from './identity.ts'

export const PROBE_ALPN = 'porchlight-probe/1'
export const PROBE_ID_BYTES = 16
export const PROBE_QUESTION_BYTES = 56
export const PROBE_ANSWER_BYTES = 64
const MAGIC = Buffer.from('PLPROBE1')
const CHALLENGE_BYTES = 32

export interface ProbeQuestion {
  readonly id: Buffer
  readonly challenge: Buffer
}

export function formatProbeQuestion({ id, challenge }: ProbeQuestion): Buffer {
  if (id.length !== PROBE_ID_BYTES || challenge.length !== CHALLENGE_BYTES) throw new RangeError('a probe has 16 and 32 bytes')
  return Buffer.concat([MAGIC, id, challenge])
}

/** Undefined when the bytes are no question. */
export function parseProbeQuestion(bytes: Buffer): ProbeQuestion | undefined {
  if (bytes.length !== PROBE_QUESTION_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
  return { id: Buffer.from(bytes.subarray(8, 24)), challenge: Buffer.from(bytes.subarray(24)) }
}

/** Could these first bytes of a connection still become a question? Decides whether a forwarder must wait for more. */
export function mayBeProbe(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, MAGIC.length)
  return bytes.length <= PROBE_QUESTION_BYTES && bytes.subarray(0, length).equals(MAGIC.subarray(0, length))
}

/** `binding`: the TLS session's (wire/identity.ts), or empty where there is no TLS. */
export function answerProbe(identity: Identity, question: ProbeQuestion, binding: Buffer): Buffer {
  return sign(null, statement(question, binding), identity.privateKey)
}

export function checkProbeAnswer(publicKey: string, question: ProbeQuestion, binding: Buffer, answer: Buffer): boolean {
  return answer.length === PROBE_ANSWER_BYTES && checkSignature(publicKey, statement(question, binding), answer)
}

function statement({ id, challenge }: ProbeQuestion, binding: Buffer): Buffer {
  return Buffer.concat([Buffer.from('porchlight probe v1\0'), id, challenge, binding])
}
