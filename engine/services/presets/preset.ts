/** What is known of a program that many people run at home: one data file each, beside this one. */
import type { Ping } from '../../../wire/pings.ts'

export interface Preset {
  /** As after `--preset`: small letters, digits and hyphens. */
  readonly id: string
  readonly kind: 'udp'
  readonly usualPort: number
  /** A datagram that the program answers, and that changes nothing there. */
  readonly ping: Ping
}
