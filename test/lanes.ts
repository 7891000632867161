/** Lanes for tests: two that face each other in memory, one that faces a peer made of raw frames, and streams that carry known bytes. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type Duplex, duplexPair, type Readable, type Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { FrameReader, FrameType, frame, HEADER_BYTES, writeFrameHeader } from '../wire/frames.ts'
import { Lane, type LaneOptions } from '../wire/lane.ts'
import type { LaneStream } from '../wire/lane-stream.ts'
import { random } from './fuzz/random.ts'

/** A header that promises a payload. */
export function frameHeader(type: FrameType, stream: number, payloadBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  writeFrameHeader(header, 0, type, stream, payloadBytes)
  return header
}

export interface LanePair {
  /** Opens streams. */
  readonly relay: Lane
  /** Is given streams. */
  readonly engine: Lane
  /** What came to each, in order: control messages and reasons for closing. */
  readonly heard: { readonly relay: unknown[]; readonly engine: unknown[] }
  readonly closed: { readonly relay: string[]; readonly engine: string[] }
}

export function lanePair(
  [relaySocket, engineSocket]: readonly [Duplex, Duplex],
  onStream: (stream: LaneStream, meta: unknown) => void = () => {},
  more: Partial<LaneOptions> = {},
): LanePair {
  const heard = { relay: [] as unknown[], engine: [] as unknown[] }
  const closed = { relay: [] as string[], engine: [] as string[] }
  const options = (side: 'relay' | 'engine'): LaneOptions => ({
    onControl: (message) => heard[side].push(message),
    onClose: (reason) => closed[side].push(reason),
  })
  return {
    relay: new Lane(relaySocket, options('relay')),
    engine: new Lane(engineSocket, { ...options('engine'), onStream, ...more }),
    heard,
    closed,
  }
}

export interface RawPeer {
  readonly lane: Lane
  /** The peer's end of the connection: write frames to it. It is read only after {@link RawPeer.listen}. */
  readonly socket: Duplex
  readonly frames: { readonly type: FrameType; readonly stream: number; readonly payload: Buffer }[]
  readonly streams: LaneStream[]
  readonly heard: unknown[]
  readonly closed: string[]
  /** Begin to read, and call back for every frame (data in the pieces it arrives in). Pings are answered unless `pongs` is false. */
  listen(onFrame?: (type: FrameType, stream: number, payload: Buffer) => void, pongs?: boolean): void
}

export function rawPeer(options: Partial<LaneOptions> = {}): RawPeer {
  const [near, socket] = duplexPair()
  const frames: RawPeer['frames'] = []
  const streams: LaneStream[] = []
  const heard: unknown[] = []
  const closed: string[] = []
  const lane = new Lane(near, {
    onControl: (message) => heard.push(message),
    onStream: (stream) => streams.push(stream),
    onClose: (reason) => closed.push(reason),
    ...options,
  })
  const listen: RawPeer['listen'] = (onFrame, pongs = true) => {
    const reader = new FrameReader((type, stream, payload) => {
      if (type === FrameType.ping && pongs) socket.write(frame(FrameType.pong, 0, payload))
      frames.push({ type, stream, payload: Buffer.from(payload) })
      onFrame?.(type, stream, payload)
    })
    socket.on('data', (chunk: Buffer) => reader.push(chunk))
  }
  return { lane, socket, frames, streams, heard, closed, listen }
}

/** Writes `bytes` random bytes in pieces of random size, as fast as the stream takes them, and ends it. Gives their SHA-256. */
export async function pour(stream: Writable, bytes: number, seed: number): Promise<string> {
  const source = random(seed)
  const hash = createHash('sha256')
  for (let left = bytes; left > 0; ) {
    const piece = source.bytes(Math.min(left, 1 + source.int(source.pick([100, 5_000, 50_000]))))
    hash.update(piece)
    left -= piece.length
    if (!stream.write(piece)) await once(stream, 'drain')
  }
  stream.end()
  return hash.digest('hex')
}

/** Reads to the end. Gives the SHA-256 of everything that came; rejects when the stream is destroyed before its end. */
export function drained(stream: Readable): Promise<string> {
  const hash = createHash('sha256')
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => hash.update(chunk))
    stream.on('end', () => resolve(hash.digest('hex')))
    stream.on('error', reject)
    stream.on('close', () => reject(new Error('closed before its end')))
  })
}

export async function until(condition: () => boolean): Promise<void> {
  // A condition that never comes true ends in the runner's own timeout, not in a guess about speed.
  while (!condition()) await turn()
}

/** As many turns as anything in memory needs to settle. */
export async function settle(): Promise<void> {
  for (let n = 0; n < 50; n++) await turn()
}
