/** Our end of a probe: which questions we asked to be asked, and the answer that only this engine can give. */
import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { type Identity, sessionBinding } from '../../wire/identity.ts'
import { answerProbe, mayBeProbe, PROBE_ID_BYTES, PROBE_QUESTION_BYTES, parseProbeQuestion } from '../../wire/probe.ts'

export interface Probes {
  /** A fresh id; questions that carry it are answered until `signal` aborts, others never. base64url. */
  expect(signal: AbortSignal): string
  /** Is anybody expected at all? A forwarder looks at first bytes only then. */
  isExpecting(): boolean
  /** The 64 bytes to send back, or undefined when this is no question of ours. `binding`: the TLS session's, or empty. */
  answer(question: Buffer, binding: Buffer): Buffer | undefined
  /** Take over a TLS connection that speaks the probe protocol. */
  serve(socket: TLSSocket): void
}

/** A caller that says nothing is let go. */
const QUESTION_TIMEOUT_MS = 5000

export function createProbes(identity: Identity): Probes {
  const expected = new Set<string>()
  const probes: Probes = {
    expect(signal) {
      const id = randomBytes(PROBE_ID_BYTES).toString('base64url')
      expected.add(id)
      signal.addEventListener('abort', () => expected.delete(id), { once: true })
      return id
    },
    isExpecting: () => expected.size > 0,
    answer(bytes, binding) {
      const question = parseProbeQuestion(bytes)
      return question && expected.has(question.id.toString('base64url')) ? answerProbe(identity, question, binding) : undefined
    },
    serve(socket) {
      void readQuestion(socket).then((question) => {
        const answer = question && probes.answer(question, sessionBinding(socket))
        if (answer) socket.end(answer)
        else socket.destroy()
      })
    },
  }
  return probes
}

/** The first bytes of a connection, if they are a question; undefined as soon as they cannot be one. Consumes what it read. */
export function readQuestion(stream: Duplex): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    let seen: Buffer = Buffer.alloc(0)
    const finish = (question: Buffer | undefined): void => {
      clearTimeout(timer)
      stream.off('data', onData).off('close', onClose).off('error', onClose)
      resolve(question)
    }
    const onClose = (): void => finish(undefined)
    const onData = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk])
      if (!mayBeProbe(seen)) finish(undefined)
      else if (seen.length === PROBE_QUESTION_BYTES) finish(seen)
    }
    const timer = setTimeout(onClose, QUESTION_TIMEOUT_MS)
    stream.on('data', onData).once('close', onClose).once('error', onClose)
  })
}
