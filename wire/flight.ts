/** How many bytes of streams may be under way on a lane: as many as the line carries, and little more that only waits.
 *
 *  TCP fills whatever queue stands before the slowest link, and then the system's own buffer: half a second of a slow uplink, which every
 *  small message waits behind. So the sender marks its bytes with pings, and learns from the pongs how long they take. What takes longer
 *  than an empty line does (RFC 6817, LEDBAT) by more than {@link QUEUE_MS} was queued: then less goes under way. The empty line's delay is
 *  what was least in the last ten seconds; when nothing tells any more, the line is drained for one round trip (as in BBR). */

/** The delay of our own making that is left standing. */
const QUEUE_MS = 15
const START_BYTES = 262_144
const LEAST_BYTES = 65_536
const MOST_BYTES = 16_777_216
/** While the line is drained. */
const DRAIN_BYTES = 16_384
const BASE_VALID_MS = 10_000
const JUDGE_MS = 100
const MAX_DRAIN_MS = 1000
/** Marks stand no closer than this, and at least so many in a flight. What lies between two leaves at once when an echo comes: 5 ms of a slow
 *  line, which the marks themselves see as a queue. */
const LEAST_MARK_BYTES = 24_576
const MARKS_A_FLIGHT = 8
/** Of a peer that echoes none. */
const MAX_MARKS = 64
/** A line may have become so much longer within a moment. */
const SLACK_RTTS = 4
/** The slowest line that more bytes than were ever answered for may be on: 256 kbit/s. */
const LEAST_BYTES_PER_MS = 32

interface Mark {
  readonly id: number
  readonly sentBytes: number
  readonly atMs: number
  readonly underWayBytes: number
  /** It had little before it on the line. */
  readonly alone: boolean
}

export class Flight {
  #limitBytes = START_BYTES
  #sentBytes = 0
  #arrivedBytes = 0
  #markedBytes = 0
  #marks: Mark[] = []
  /** The most that was under way before a mark that was echoed. */
  #provenBytes = 0
  #lastId = 0
  #smoothedMs: number | undefined
  #baseMs = Number.POSITIVE_INFINITY
  #baseAtMs = 0
  #drainingSinceMs: number | undefined
  /** A round of judgement ends when everything has arrived that was sent before it began. */
  #roundEndBytes = 0
  #leastMs = Number.POSITIVE_INFINITY
  #wasFull = false
  #judgedAtMs = 0

  get limitBytes(): number {
    return this.#drainingSinceMs === undefined ? this.#limitBytes : DRAIN_BYTES
  }

  /** Bytes that may be sent now. */
  get roomBytes(): number {
    return Math.max(0, this.limitBytes - this.#underWayBytes)
  }

  /** Round trip with whatever waits on the line, smoothed (as in RFC 6298 §2, but sooner downwards). Undefined until it was measured. */
  get rttMs(): number | undefined {
    return this.#smoothedMs
  }

  /** Is it time for a mark? Also when nothing else would ever tell that there is room again. */
  get wantsMark(): boolean {
    const unmarked = this.#sentBytes - this.#markedBytes
    const enough = Math.max(LEAST_MARK_BYTES, this.#limitBytes / MARKS_A_FLIGHT)
    return unmarked >= enough || (unmarked > 0 && this.#marks.length === 0 && this.roomBytes === 0)
  }

  /** How much longer than another moment an echo may take. Undefined: nobody knows, none has ever come. */
  get slackMs(): number | undefined {
    if (this.#smoothedMs === undefined) return undefined
    return SLACK_RTTS * this.#smoothedMs + Math.max(0, this.#underWayBytes - this.#provenBytes) / LEAST_BYTES_PER_MS
  }

  get isAsking(): boolean {
    return this.#marks.length > 0
  }

  get #underWayBytes(): number {
    return this.#sentBytes - this.#arrivedBytes
  }

  sent(bytes: number): void {
    this.#sentBytes += bytes
  }

  /** There was more to send than {@link roomBytes}. */
  full(): void {
    this.#wasFull = true
  }

  /** A mark is sent now. Gives the id that the other side is to echo. */
  mark(nowMs: number): number {
    this.#lastId = (this.#lastId + 1) % 0x1_0000_0000
    const underWayBytes = this.#underWayBytes
    const alone = underWayBytes <= 2 * DRAIN_BYTES
    this.#marks.push({ id: this.#lastId, sentBytes: this.#sentBytes, atMs: nowMs, underWayBytes, alone })
    if (this.#marks.length > MAX_MARKS) this.#marks.shift()
    this.#markedBytes = this.#sentBytes
    return this.#lastId
  }

  /** What was sent before this mark has arrived. The other side may leave echoes out and cannot invent them: what is unknown is ignored.
   *  Gives whether it was known. */
  echoed(id: number, nowMs: number): boolean {
    const at = this.#marks.findIndex((mark) => mark.id === id)
    const mark = this.#marks[at]
    if (!mark) return false
    this.#marks = this.#marks.slice(at + 1)
    this.#arrivedBytes = mark.sentBytes
    this.#provenBytes = Math.max(this.#provenBytes, mark.underWayBytes)
    const delayMs = nowMs - mark.atMs
    const before = this.#smoothedMs ?? delayMs
    // What a busy moment adds is chance, the first of a connection above all; what is left out is the way itself.
    this.#smoothedMs = before + (delayMs - before) / (delayMs < before ? 2 : 8)
    this.#leastMs = Math.min(this.#leastMs, delayMs)
    const drained = this.#drainingSinceMs !== undefined && (mark.alone || nowMs - this.#drainingSinceMs > MAX_DRAIN_MS)
    if (drained || delayMs <= this.#baseMs) this.#rebase(delayMs, nowMs)
    if (this.#arrivedBytes >= this.#roundEndBytes) this.#judge(nowMs)
    return true
  }

  #rebase(delayMs: number, nowMs: number): void {
    this.#baseMs = delayMs
    this.#baseAtMs = nowMs
    this.#drainingSinceMs = undefined
  }

  /** More may go under way at each round trip; less only when a hundred milliseconds long nothing went quickly, as CoDel judges (RFC 8289
   *  §3.2): a processor that is busy for a moment looks like a queue too. */
  #judge(nowMs: number): void {
    const wasFull = this.#wasFull && this.#drainingSinceMs === undefined
    this.#roundEndBytes = this.#sentBytes
    this.#wasFull = false
    if (!wasFull) return
    const queuedMs = this.#leastMs - this.#baseMs
    if (queuedMs <= QUEUE_MS) {
      this.#limitBytes = Math.min(MOST_BYTES, Math.floor(this.#limitBytes * growthFor(queuedMs)))
      this.#restart(nowMs)
    } else if (nowMs - this.#judgedAtMs >= JUDGE_MS) {
      // As little as this cannot wait long behind itself: the line has become longer.
      if (this.#limitBytes === LEAST_BYTES) this.#rebase(this.#leastMs, nowMs)
      const part = Math.max(0.5, (this.#baseMs + QUEUE_MS) / this.#leastMs)
      this.#limitBytes = Math.max(LEAST_BYTES, Math.floor(this.#limitBytes * part))
      this.#restart(nowMs)
    }
    if (nowMs - this.#baseAtMs > BASE_VALID_MS) this.#drainingSinceMs = nowMs
  }

  #restart(nowMs: number): void {
    this.#leastMs = Number.POSITIVE_INFINITY
    this.#judgedAtMs = nowMs
  }
}

/** Half as much again on a line that is hardly used, since what that does is known a round later; a step, of some milliseconds, where it cannot
 *  go beyond {@link QUEUE_MS}. */
const growthFor = (queuedMs: number): number => (queuedMs < QUEUE_MS / 4 ? 1.5 : queuedMs < (QUEUE_MS * 3) / 4 ? 1.125 : 1)
