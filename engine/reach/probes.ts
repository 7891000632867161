/** Our end of a probe: which questions we asked to be asked, and the answer that only this engine can give. */
import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { type Identity, sessionBinding } from '../../wire/identity.ts'
import { answerProbe, mayBeProbe, PROBE_ID_BYTES, PROBE_QUESTION_BYTES, parseProbeQuestion } from '../../wire/probe.ts'
import { leave, readOpening } from './opening.ts'

export interface Probes {
  /** A fresh id; questions that carry it are answered until `signal` aborts, others never. base64url. */
  expect(signal: AbortSignal): string
  /** The 64 bytes to send back, or undefined when this is no question of ours. `binding`: the TLS session's, or empty. */
  answer(question: Buffer, binding: Buffer): Buffer | undefined
  /** Take over a TLS connection that speaks the probe protocol. */
  serve(socket: TLSSocket): void
  /** A raw TCP visitor: true when it was a probe, which is answered and gone. Waits only while a probe is expected, and briefly: a
   *  visitor of SSH says nothing before the server does. */
  intercept(stream: Duplex): Promise<boolean>
}

/** A caller that says nothing is let go. */
const QUESTION_TIMEOUT_MS = 5000
/** And one that has his answer, when he does not go by himself. */
const HANG_UP_MS = 5000
/** A question follows its connection at once. */
const FIRST_BYTES_MS = 500
/** Where there is no TLS there is no session to bind an answer to. */
export const NO_BINDING: Buffer = Buffer.alloc(0)

export function createProbes(identity: Identity): Probes {
  const expected = new Set<string>()
  const probes: Probes = {
    expect(signal) {
      const id = randomBytes(PROBE_ID_BYTES).toString('base64url')
      if (!signal.aborted) expected.add(id)
      signal.addEventListener('abort', () => expected.delete(id), { once: true })
      return id
    },
    answer(bytes, binding) {
      const question = parseProbeQuestion(bytes)
      return question && expected.has(question.id.toString('base64url')) ? answerProbe(identity, question, binding) : undefined
    },
    serve(socket) {
      const take = (question: Buffer): Buffer | undefined => probes.answer(question, sessionBinding(socket))
      void awaitQuestion(socket, QUESTION_TIMEOUT_MS, take).then((answer) => {
        if (answer) leave(socket, answer, HANG_UP_MS)
        else socket.destroy()
      })
    },
    async intercept(stream) {
      if (expected.size === 0) return false
      const answer = await awaitQuestion(stream, FIRST_BYTES_MS, (question) => probes.answer(question, NO_BINDING))
      if (answer) leave(stream, answer, HANG_UP_MS)
      return answer !== undefined
    },
  }
  return probes
}

/** What `take` answers to the first bytes of a connection. */
const awaitQuestion = (stream: Duplex, timeoutMs: number, take: (question: Buffer) => Buffer | undefined): Promise<Buffer | undefined> =>
  readOpening(stream, timeoutMs, (seen) => {
    const taken = seen.length === PROBE_QUESTION_BYTES ? take(seen) : undefined
    if (taken) return { taken }
    return seen.length >= PROBE_QUESTION_BYTES || !mayBeProbe(seen) ? 'other' : 'more'
  })
