/** How quickly the bytes of a session's streams may pass. At home they pass as they come; a relay holds back who takes more than his share. */
export interface Pace {
  /** Calls `go` when so many bytes are due: at once, or later. Nobody is told more before: who waits holds no more than a window. */
  pass(bytes: number, go: () => void): void
  /** May so many bytes of a datagram pass now? One that may not is lost. */
  passNow(bytes: number): boolean
}

export const NO_PACE: Pace = { pass: (_bytes, go) => go(), passNow: () => true }
