import type { SsdpSign } from '../../../protocol/model/preset.ts'

/** Where something was found that may be a program people use. */
export interface Candidate {
  /** An IPv4 or IPv6 address; loopback for this computer. */
  readonly address: string
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
  /** The machine's own name, where it tells one; empty where not. */
  readonly machine: string
  /** What the program calls itself. */
  readonly label: string
  /** The mDNS type by which it announces itself. */
  readonly type: string | null
  /** What its device description says of itself (SSDP); null: it has none. */
  readonly device: Required<SsdpSign> | null
}
