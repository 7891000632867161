/** What the owner likes, for every face alike: the tray, the page in a browser and on the telephone. */
import { z } from 'zod'

export const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
/** By this computer's clock; they may span midnight. */
export const QuietHours = z.object({ from: TimeOfDay, to: TimeOfDay })
export type QuietHours = z.infer<typeof QuietHours>

export const Preferences = z.object({
  /** Null: as the system, or the browser, says. */
  language: z.enum(['en', 'fr']).nullable(),
  /** No notification is shown in them. Null: there are none. */
  quietHours: QuietHours.nullable(),
})
export type Preferences = z.infer<typeof Preferences>
export const NO_PREFERENCES: Preferences = { language: null, quietHours: null }

/** `minute` of the day. From and to the same: all day. */
export function isQuiet({ quietHours }: Preferences, minute: number): boolean {
  if (!quietHours) return false
  const [from, to] = [minuteOf(quietHours.from), minuteOf(quietHours.to)]
  return from < to ? minute >= from && minute < to : minute >= from || minute < to
}

const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
