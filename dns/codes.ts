/** The numbers of the DNS that we use (IANA "Domain Name System (DNS) Parameters"). */

export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  HTTPS: 65,
  TSIG: 250,
  ANY: 255,
  CAA: 257,
} as const
export const CLASS_IN = 1
/** In an update: "no record of this kind any more" (RFC 2136 §2.5.2). */
export const CLASS_ANY = 255
export const OPCODE = { QUERY: 0, NOTIFY: 4, UPDATE: 5 } as const
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
} as const
export type Rcode = (typeof RCODE)[keyof typeof RCODE]

export const HEADER_BYTES = 12
export const MAX_NAME_BYTES = 255
/** What travels unfragmented everywhere (DNS flag day 2020). */
export const MAX_UDP_BYTES = 1232
