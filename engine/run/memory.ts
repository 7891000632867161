/** What the engine remembers, for the faces. */
import type { Remembering } from '../control/handlers.ts'

export function openMemory(): Remembering {
  return {
    history: () => ({ nowMs: Date.now(), knownSinceMs: Date.now(), spans: [], events: [], isCut: false }),
    traffic: () => ({ points: [] }),
    watchVisitors(emit) {
      emit({ services: [], longest: [] })
      return () => {}
    },
    log: () => [],
    followLog: () => () => {},
    supportBundle: () => ({ fileName: 'porchlight-support.txt', text: '' }),
  }
}
