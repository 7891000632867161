/** How many bytes of streams may be under way on a lane: as many as the line carries, and little more that only waits.
 *
 *  TCP fills whatever queue stands before the slowest link, and then the system's own buffer: half a second of a slow uplink, which every
 *  small message waits behind. So the sender marks its bytes with pings, and learns from the pongs how long they take. What takes longer
 *  than an empty line does (RFC 6817, LEDBAT) was queued:
 *
 *      what may be under way = what was · (empty line + queue allowed) ÷ (what it took) + one mark
 *
 *  as in FAST TCP (Wei, Jin, Low, Hegde 2006): the constant part makes lanes that share a line end up alike. The empty line's delay is what
 *  was least in ten to twenty seconds; when nothing tells any more, the line is drained for one round trip (as in BBR). */

/** The delay of our own making that is left standing on a slow line, … */
const QUEUE_MS = 3
/** … and where the processors at both ends are what is full: their turns take longer. */
const MOST_QUEUE_MS = 11
const SLOW_BYTES_PER_MS = 25_000
const FAST_BYTES_PER_MS = 62_500
/** Of a processor that is now and then busy with something else, at most this is allowed for as well. */
const MOST_SCATTER_MS = 12
const START_BYTES = 262_144
const LEAST_BYTES = 32_768
const MOST_BYTES = 16_777_216
const BASE_VALID_MS = 10_000
/** What an idle lane was told before is few answers, and the first of them came while the connection was being made. */
const FIRST_VALID_MS = 1000
const JUDGE_MS = 200
/** Marks stand no closer than this, and at least so many in a flight. What lies between two leaves at once when an echo comes: 3 ms of a slow
 *  line, which the marks themselves see as a queue. Nor does the other side take more pings (chatter.ts). */
const LEAST_MARK_BYTES = 16_384
const MARKS_A_FLIGHT = 12
/** Of a peer that echoes none. */
const MAX_MARKS = 64
/** A line may have become so much longer within a moment. */
const SLACK_RTTS = 4
/** The slowest line that more bytes than were ever answered for may be on: 256 kbit/s. */
const LEAST_BYTES_PER_MS = 32

interface Mark {
  readonly id: number
  readonly sentBytes: number
  readonly besideBytes: number
  readonly atMs: number
  /** Whoever sent them. */
  readonly underWayBytes: number
  /** The line had been drained: nothing stood before it. */
  readonly drained: boolean
}

export class Flight {
  #limitBytes = START_BYTES
  #sentBytes = 0
  #arrivedBytes = 0
  #markedBytes = 0
  /** What nobody holds back, and waits on the line like everything else. */
  #besideBytes = 0
  #arrivedBesideBytes = 0
  #marks: Mark[] = []
  /** The most that was under way before a mark that was echoed. */
  #provenBytes = 0
  #lastId = 0
  #smoothedMs: number | undefined
  /** What an empty line takes: the least since it was drained last, and before that, if it ever was. */
  #newBaseMs = Number.POSITIVE_INFINITY
  #oldBaseMs = Number.POSITIVE_INFINITY
  /** When a drained line was last seen to take no less. Undefined until the lane was full for once. */
  #baseAtMs: number | undefined
  /** The line is being drained: of what was sent until then. */
  #drainBytes: number | undefined
  /** A round of judgement ends when everything has arrived that was sent before it began. */
  #roundEndBytes = 0
  #round = new Round()
  #scatterMs = 0
  /** Since what may be under way was changed. */
  #leastMs = Number.POSITIVE_INFINITY
  /** What was sent before went onto a line that had just been drained, and says nothing of a full one. */
  #judgeFromBytes = 0
  #wasFull = false
  #judgedAtMs = 0

  get limitBytes(): number {
    return this.#drainBytes === undefined ? this.#limitBytes : 0
  }

  /** Bytes that may be sent now. */
  get roomBytes(): number {
    return Math.max(0, this.limitBytes - this.#underWayBytes)
  }

  /** Round trip with whatever waits on the line, smoothed (as in RFC 6298 §2, but sooner downwards). Undefined until it was measured. */
  get rttMs(): number | undefined {
    return this.#smoothedMs
  }

  /** Is it time for a mark? Also when the line is empty, or nothing else would ever tell that there is room again. */
  get wantsMark(): boolean {
    if (this.#isDrained) return true
    const unmarked = this.#sentBytes - this.#markedBytes
    return unmarked >= this.#markBytes || (unmarked > 0 && this.#marks.length === 0 && this.roomBytes === 0)
  }

  get #markBytes(): number {
    return Math.max(LEAST_MARK_BYTES, this.#limitBytes / MARKS_A_FLIGHT)
  }

  get #isDrained(): boolean {
    return this.#drainBytes !== undefined && this.#arrivedBytes >= this.#drainBytes
  }

  /** How much longer than another moment an echo may take. Undefined: nobody knows, none has ever come. */
  get slackMs(): number | undefined {
    if (this.#smoothedMs === undefined) return undefined
    return SLACK_RTTS * this.#smoothedMs + Math.max(0, this.#allUnderWayBytes - this.#provenBytes) / LEAST_BYTES_PER_MS
  }

  get isAsking(): boolean {
    return this.#marks.length > 0
  }

  get #underWayBytes(): number {
    return this.#sentBytes - this.#arrivedBytes
  }

  get #allUnderWayBytes(): number {
    return this.#underWayBytes + this.#besideBytes - this.#arrivedBesideBytes
  }

  /** By streams. */
  sent(bytes: number): void {
    this.#sentBytes += bytes
  }

  /** By what does not ask for room. It takes none either: datagrams, of which 256 KB are 20 Mbit/s over 100 ms, would leave streams nothing. */
  sentBeside(bytes: number): void {
    this.#besideBytes += bytes
  }

  /** There was more to send than {@link roomBytes}. */
  full(): void {
    this.#wasFull = true
  }

  /** A mark is sent now. Gives the id that the other side is to echo. */
  mark(nowMs: number): number {
    this.#lastId = (this.#lastId + 1) % 0x1_0000_0000
    const drained = this.#isDrained
    if (drained) this.#drainBytes = undefined
    this.#marks.push({
      id: this.#lastId,
      sentBytes: this.#sentBytes,
      besideBytes: this.#besideBytes,
      atMs: nowMs,
      underWayBytes: this.#allUnderWayBytes,
      drained,
    })
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
    this.#arrivedBesideBytes = mark.besideBytes
    this.#provenBytes = Math.max(this.#provenBytes, mark.underWayBytes)
    const delayMs = nowMs - mark.atMs
    const before = this.#smoothedMs ?? delayMs
    // What a busy moment adds is chance, the first of a connection above all; what is left out is the way itself.
    this.#smoothedMs = before + (delayMs - before) / (delayMs < before ? 2 : 8)
    this.#rebase(mark, delayMs, nowMs)
    if (mark.sentBytes > this.#judgeFromBytes) {
      this.#leastMs = Math.min(this.#leastMs, delayMs)
      this.#round.add(delayMs)
    }
    if (this.#arrivedBytes >= this.#roundEndBytes) this.#judge(nowMs)
    return true
  }

  get #baseMs(): number {
    return Math.min(this.#newBaseMs, this.#oldBaseMs)
  }

  #rebase({ drained }: Mark, delayMs: number, nowMs: number): void {
    if (drained) {
      this.#oldBaseMs = this.#newBaseMs
      this.#newBaseMs = delayMs
      this.#baseAtMs = nowMs
      this.#judgeFromBytes = this.#sentBytes
    } else if (delayMs <= this.#baseMs) {
      this.#newBaseMs = delayMs
      if (this.#oldBaseMs < Number.POSITIVE_INFINITY) this.#baseAtMs = nowMs
    }
  }

  /** More may go under way at each round trip; less only when a fifth of a second long nothing went quickly, as CoDel judges (RFC 8289
   *  §3.2): a processor that is busy for a moment looks like a queue too. How far the answers scatter tells how often it is. */
  #judge(nowMs: number): void {
    const wasFull = this.#wasFull && this.#drainBytes === undefined
    const { scatterMs } = this.#round
    this.#roundEndBytes = this.#sentBytes
    this.#round = new Round()
    this.#wasFull = false
    if (!wasFull || scatterMs === undefined) return
    this.#scatterMs += (scatterMs - this.#scatterMs) / 8
    const bytesPerMs = this.#limitBytes / this.#leastMs
    const queueMs = queueFor(bytesPerMs) + Math.min(MOST_SCATTER_MS, this.#scatterMs / 4)
    const right = bytesPerMs * (this.#baseMs + queueMs) + this.#markBytes
    if (this.#leastMs - this.#baseMs < queueMs / 4) this.#allow(this.#limitBytes * 1.5, nowMs)
    // What that does is known a round later.
    else if (right >= this.#limitBytes) this.#allow(Math.min(right + this.#limitBytes, 2.5 * this.#limitBytes) / 2, nowMs)
    else if (nowMs - this.#judgedAtMs >= JUDGE_MS) {
      // As little as this cannot wait long behind itself: the line has become longer.
      if (this.#limitBytes === LEAST_BYTES) this.#newBaseMs = this.#oldBaseMs = this.#leastMs
      this.#allow(Math.max(right, this.#limitBytes / 2), nowMs)
    }
    this.#baseAtMs ??= nowMs - BASE_VALID_MS + FIRST_VALID_MS
    if (nowMs - this.#baseAtMs > BASE_VALID_MS) this.#drainBytes = this.#sentBytes
  }

  #allow(bytes: number, nowMs: number): void {
    this.#limitBytes = Math.min(MOST_BYTES, Math.max(LEAST_BYTES, Math.floor(bytes)))
    this.#leastMs = Number.POSITIVE_INFINITY
    this.#judgedAtMs = nowMs
  }
}

const queueFor = (bytesPerMs: number): number => {
  const part = (bytesPerMs - SLOW_BYTES_PER_MS) / (FAST_BYTES_PER_MS - SLOW_BYTES_PER_MS)
  return QUEUE_MS + Math.min(1, Math.max(0, part)) * (MOST_QUEUE_MS - QUEUE_MS)
}

/** What the answers of one round took. */
class Round {
  #sumMs = 0
  #count = 0
  #leastMs = Number.POSITIVE_INFINITY

  add(delayMs: number): void {
    this.#sumMs += delayMs
    this.#count += 1
    this.#leastMs = Math.min(this.#leastMs, delayMs)
  }

  /** By how much more than the quickest the average took. Undefined without answers. */
  get scatterMs(): number | undefined {
    return this.#count === 0 ? undefined : this.#sumMs / this.#count - this.#leastMs
  }
}
