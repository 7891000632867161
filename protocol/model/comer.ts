/** Who stands at the door of a service that not everybody may enter, and what he is told. Between the door (engine/proxy) and who judges (engine/access). */

/** A request at the door of a website. */
export interface Comer {
  readonly service: string
  /** His own, literal. */
  readonly address: string
  /** He came to a listener of ours, and not out of the tunnel. */
  readonly isDirect: boolean
  /** The values of our cookie. */
  readonly cookies: readonly string[]
  /** What may be a grant, in a field of our own; and in `Authorization`, which may be meant for the service. */
  readonly grant: string | undefined
  readonly bearer: string | undefined
  /** Another site's page has started it: neither a cookie nor an address speaks for it. */
  readonly isForeign: boolean
}

/** `bearer`: what stands in `Authorization` is ours, and not for the service. `asks`: what would let him in. */
export type Entry =
  | { readonly isIn: true; readonly bearer: boolean }
  | { readonly isIn: false; readonly asks: 'link' | 'password' | 'address' | 'home' | 'program' }

export interface Stay {
  readonly cookie: string
  readonly maxAgeS: number
}

export type LinkRefusal = 'unknown' | 'ended' | 'used-up' | 'busy' | 'locked' | 'pin-needed' | 'pin-wrong'

/** `untilMs`: so long this visitor's address is let in to a service that is no website. `ticket`: lets in the one that he has in the other family. */
export type Opened = Stay | { readonly untilMs: number; readonly ticket: string } | { readonly refused: LinkRefusal }
