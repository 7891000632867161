/** Who may come in to a service that is no website, where nobody can be asked for anything. */
export interface Admission {
  /** `isDirect`: he came to a listener of ours, and not out of the tunnel. */
  admits(address: string, isDirect: boolean): boolean
  /** Called when the owner has changed something about it: each lets go of those who may not stay. */
  readonly rechecks: Set<() => void>
}
