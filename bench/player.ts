/** A player as far as the network sees him: sends datagrams of one size at Jamulus's pace to two addresses at once, the direct one and the
 *  relay's, and notes when each comes back. Prints one JSON object a destination. What disturbs the sender so disturbs both. */
import dgram from 'node:dgram'
import { quantile } from './medians.ts'

export interface Heard {
  readonly sent: number
  readonly lostPercent: number
  /** Time between one arrival and the next, ms. */
  readonly gapMs: { readonly median: number; readonly p99: number }
  /** There and back, ms. */
  readonly rttMs: { readonly median: number; readonly p99: number }
}

/** 128 samples at 48 kHz. */
const EVERY_MS = 128 / 48
const BYTES = 200
const LATE_MS = 1000

async function main([port = '', secondsText = '', ...hosts]: string[]): Promise<void> {
  const count = Math.round((Number(secondsText) * 1000) / EVERY_MS)
  const ways = hosts.map((host) => ({
    host,
    socket: dgram.createSocket('udp4'),
    sentAtMs: new Float64Array(count),
    heardAtMs: new Float64Array(count),
  }))
  for (const { socket, heardAtMs } of ways)
    socket.on('message', (bytes) => {
      const number = bytes.readUInt32BE(0)
      if (heardAtMs[number] === 0) heardAtMs[number] = performance.now()
    })
  const startMs = performance.now()
  let next = 0
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      for (; next < count && startMs + next * EVERY_MS <= performance.now(); next++)
        for (const { host, socket, sentAtMs } of ways) {
          const datagram = Buffer.alloc(BYTES)
          datagram.writeUInt32BE(next, 0)
          sentAtMs[next] = performance.now()
          socket.send(datagram, Number(port), host)
        }
      if (next < count) return
      clearInterval(timer)
      setTimeout(resolve, LATE_MS)
    }, 1)
  })
  for (const { socket, sentAtMs, heardAtMs } of ways) {
    socket.close()
    console.log(JSON.stringify(heardOf(sentAtMs, heardAtMs)))
  }
}

function heardOf(sentAtMs: Float64Array, heardAtMs: Float64Array): Heard {
  const arrivals = [...heardAtMs].filter((atMs) => atMs > 0).sort((a, b) => a - b)
  const gaps = arrivals.slice(1).map((atMs, index) => atMs - (arrivals[index] ?? 0))
  const trips = [...heardAtMs].flatMap((atMs, number) => (atMs > 0 ? [atMs - (sentAtMs[number] ?? 0)] : []))
  const both = (values: number[]) => ({ median: quantile(values, 0.5), p99: quantile(values, 0.99) })
  const lostPercent = (100 * (sentAtMs.length - arrivals.length)) / sentAtMs.length
  return { sent: sentAtMs.length, lostPercent, gapMs: both(gaps), rttMs: both(trips) }
}

await main(process.argv.slice(2))
