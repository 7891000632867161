/** Our end of a probe: which questions we asked to be asked, and the answer that only this engine can give. */
import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { type Identity, sessionBinding } from '../../wire/identity.ts'
import { answerProbe, mayBeProbe, PROBE_ID_BYTES, PROBE_QUESTION_BYTES, parseProbeQuestion } from '../../wire/probe.ts'

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
/** A question follows its connection at once. */
const FIRST_BYTES_MS = 500
/** Where there is no TLS there is no session to bind an answer to. */
export const NO_BINDING: Buffer = Buffer.alloc(0)

export function createProbes(identity: Identity): Probes {
  const expected = new Set<string>()
  const probes: Probes = {
    expect(signal) {
      const id = randomBytes(PROBE_ID_BYTES).toString('base64url')
      expected.add(id)
      signal.addEventListener('abort', () => expected.delete(id), { once: true })
      return id
    },
    answer(bytes, binding) {
      const question = parseProbeQuestion(bytes)
      return question && expected.has(question.id.toString('base64url')) ? answerProbe(identity, question, binding) : undefined
    },
    serve(socket) {
      void readQuestion(socket, QUESTION_TIMEOUT_MS).then((question) => {
        const answer = question && probes.answer(question, sessionBinding(socket))
        if (answer) leave(socket, answer)
        else socket.destroy()
      })
    },
    async intercept(stream) {
      if (expected.size === 0) return false
      const question = await readQuestion(stream, FIRST_BYTES_MS)
      const answer = question && probes.answer(question, NO_BINDING)
      if (answer) leave(stream, answer)
      else if (question) stream.unshift(question)
      return answer !== undefined
    },
  }
  return probes
}

/** Nobody reads this stream any more, so it would never notice that its caller has gone. */
const leave = (stream: Duplex, answer: Buffer): void => void stream.end(answer, () => stream.destroy())

/** The first bytes of a connection, if they are a question; undefined as soon as they cannot be one, or after `timeoutMs`. Then nothing is
 *  lost: the stream is paused, with what was read put back. */
export function readQuestion(stream: Duplex, timeoutMs: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    let seen: Buffer = Buffer.alloc(0)
    const finish = (question: Buffer | undefined): void => {
      clearTimeout(timer)
      stream.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onEnd)
      stream.pause()
      if (!question && seen.length > 0 && !stream.destroyed) stream.unshift(seen)
      resolve(question)
    }
    const onEnd = (): void => finish(undefined)
    const onData = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk])
      if (!mayBeProbe(seen)) finish(undefined)
      else if (seen.length === PROBE_QUESTION_BYTES) finish(seen)
    }
    const timer = setTimeout(onEnd, timeoutMs)
    stream.on('data', onData).once('end', onEnd).once('close', onEnd).once('error', onEnd)
  })
}
