/** Shows what notify-model.ts finds due, through the desktop's own notifications. */
import { Notification } from 'electron'
import { type AllWords, describeProblem } from '../languages/index.ts'
import type { Place } from '../protocol/desktop.ts'
import { isQuiet } from '../protocol/model/preferences.ts'
import type { Snapshot } from '../protocol/snapshot.ts'
import { NOTHING_SEEN, type Notice, nextStep } from './notify-model.ts'

export interface Surroundings {
  snapshot(): Snapshot | undefined
  isWanted(): boolean
  isWatching(): boolean
  words(): AllWords
  /** The person clicked on one. */
  open(place: Place): void
}

const LOOK_EVERY_MS = 1_000

/** Until `signal`. */
export function notifyOwner({ snapshot, isWanted, isWatching, words, open }: Surroundings, signal: AbortSignal): void {
  let memory = NOTHING_SEEN
  // One that is shown and garbage-collected is not heard clicking.
  const shown = new Set<Notification>()
  const show = (notice: Notice): void => {
    const notification = new Notification(textOf(notice, words()))
    shown.add(notification)
    notification.on('click', () => open(notice.place))
    notification.on('close', () => shown.delete(notification))
    notification.show()
  }
  const look = (): void => {
    const now = new Date()
    const current = snapshot()
    const mayTell = isWanted() && current !== undefined && !isQuiet(current.preferences, now.getHours() * 60 + now.getMinutes())
    const step = nextStep(memory, { snapshot: current, nowMs: now.getTime(), mayTell, isWatching: isWatching() })
    memory = step.memory
    if (Notification.isSupported()) for (const notice of step.notices) show(notice)
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  signal.addEventListener('abort', () => clearInterval(timer))
}

/** Exported for its tests. */
export function textOf(notice: Notice, all: AllWords): { title: string; body: string } {
  if (notice.kind === 'problem') {
    const { title, remedy } = describeProblem(notice.problem, all)
    return { title, body: remedy }
  }
  const words = all.desktop.notice
  const { kind, services } = notice
  const [first = '', ...others] = services
  const many = others.length > 0
  const list = services.join(', ')
  if (kind === 'reachable')
    return { title: many ? words.manyReachable(services.length) : words.reachable(first), body: many ? list : words.reachableText }
  if (many) return { title: words.manyUnreachable(services.length), body: list }
  return { title: kind === 'needs-you' ? words.needsYou(first) : words.unreachable(first), body: words.unreachableText }
}
