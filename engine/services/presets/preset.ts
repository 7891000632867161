/** What is known of a program that many people run at home: one data file each, beside this one. */
import type { Ping } from '../../../wire/pings.ts'

export interface Preset {
  /** As after `--preset`: small letters, digits and hyphens. */
  readonly id: string
  readonly kind: 'tcp' | 'udp'
  readonly usualPort: number
  /** A datagram that the program answers, and that changes nothing there. A TCP service needs none. */
  readonly ping?: Ping
}
