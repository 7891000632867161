/** What the operator has decided about a device is told to it: a suspension beforehand, a takedown with its reason, a month's allowance from
 *  the day it runs short. A suspension that has come ends the lanes (the device comes back at once, and is told why it is not let in). */
import { MAX_NOTED_TAKEDOWNS, type Notice, QUOTA_TOLD_PERCENT } from '../../wire/messages.ts'
import type { Log } from '../log.ts'
import type { Allowance, Decisions } from '../operating/decisions.ts'
import type { Presence } from './presence.ts'

export interface NoticesOptions {
  readonly decisions: Pick<Decisions, 'suspensionOf' | 'takedownsOf' | 'allowanceOf'>
  readonly presence: Pick<Presence, 'sessions'>
  readonly log: Log
  /** The system's clock. */
  readonly now?: () => number
}

/** Tells what each session has not been told yet, whenever it is called. */
export function createNotices({ decisions, presence, log, now = Date.now }: NoticesOptions): () => void {
  const told = new WeakMap<object, string>()

  const noticeFor = (deviceKey: string): Notice => {
    const allowance = decisions.allowanceOf(deviceKey)
    return {
      m: 'notice',
      suspendAtMs: decisions.suspensionOf(deviceKey)?.atMs ?? null,
      quota: allowance ? quotaTold(allowance) : null,
      takenDown: decisions
        .takedownsOf(deviceKey)
        .slice(0, MAX_NOTED_TAKEDOWNS)
        .map(({ kind, name, reason }) => ({ kind, name, reason })),
    }
  }

  return () => {
    for (const session of presence.sessions()) {
      const suspension = decisions.suspensionOf(session.deviceKey)
      if (suspension && suspension.atMs <= now()) {
        log('device-suspended', { device: suspension.label })
        for (const { lane } of [...session.lanes]) lane.close('suspended')
        continue
      }
      const notice = noticeFor(session.deviceKey)
      const text = JSON.stringify(notice)
      if (text === (told.get(session) ?? NOTHING)) continue
      const [lane] = [...session.lanes].filter(({ leaving }) => !leaving)
      if (!lane) continue
      told.set(session, text)
      lane.lane.sendControl(notice)
    }
  }
}

const NOTHING = JSON.stringify({ m: 'notice', suspendAtMs: null, quota: null, takenDown: [] } satisfies Notice)

/** In whole hundredths, so that it is told some twenty times and not at every byte. */
function quotaTold({ monthlyBytes, usedBytes, renewsAtMs }: Allowance): Notice['quota'] {
  const usedPercent = Math.min(100, Math.floor((usedBytes / monthlyBytes) * 100))
  return usedPercent < QUOTA_TOLD_PERCENT ? null : { monthlyBytes, usedPercent, renewsAtMs }
}
