/** The ids of a lane's streams and flows, one sequence for both: one side opens them, one after the other, and the other side is given them.
 *  Whoever opens them may not do so only to reset them (CVE-2023-44487); who is given them may refuse as many as he likes. */
import { Churn } from './churn.ts'
import { FrameError, type FrameType, frame } from './frames.ts'

export class Openings {
  /** They are opened by the other side. */
  readonly #areGiven: boolean
  readonly #churn = new Churn()
  #lastId = 0

  constructor(areGiven: boolean) {
    this.#areGiven = areGiven
  }

  /** The last one that was opened, by either side; 0: none was. */
  get lastId(): number {
    return this.#lastId
  }

  /** Takes the next id: the frame that opens it. Undefined while too many are being reset. Throws RangeError when the JSON of `meta` is
   *  longer than 1024 bytes; then the id stays free. */
  next(type: typeof FrameType.open | typeof FrameType.flow, meta: unknown): Buffer | undefined {
    if (this.#churn.isTooMuch(performance.now())) return undefined
    const opening = frame(type, this.#lastId + 1, Buffer.from(JSON.stringify(meta)))
    this.#lastId += 1
    return opening
  }

  /** The other side opened this one. False: it may not, that id was passed. */
  accept(id: number): boolean {
    if (id <= this.#lastId) return false
    this.#lastId = id
    return true
  }

  /** We reset one. */
  resetByUs(): void {
    if (!this.#areGiven) this.#churn.reset(performance.now())
  }

  /** The other side reset one. Throws FrameError when it does nothing else. */
  resetByOther(): void {
    if (!this.#areGiven) return
    this.#churn.reset(performance.now())
    if (this.#churn.isHostile(performance.now())) throw new FrameError('streams are opened and reset without end')
  }
}
