/** What comes and goes with every request, in no order. Each member knows its place, so that to put it in or take it out needs neither a hash of it nor
 *  a table that is made anew again and again, as a Set does. */

export interface Member {
  /** Kept by the one bag that it may lie in; -1: it lies in none. */
  bagIndex: number
}

export class Bag<M extends Member> {
  readonly #members: M[] = []

  get size(): number {
    return this.#members.length
  }

  add(member: M): void {
    if (member.bagIndex >= 0) return
    member.bagIndex = this.#members.length
    this.#members.push(member)
  }

  delete(member: M): void {
    const index = member.bagIndex
    if (index < 0) return
    member.bagIndex = -1
    const last = this.#members.pop() as M
    if (last === member) return
    this.#members[index] = last
    last.bagIndex = index
  }

  /** Those that are in it now, whatever becomes of it meanwhile. */
  all(): readonly M[] {
    return this.#members.slice()
  }
}
