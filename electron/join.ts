/** Asks the owner about a relay whose code came by a link. Nothing is joined, and no relay replaced, without his yes. */
import { setTimeout as delay } from 'node:timers/promises'
import { dialog } from 'electron'
import type { AllWords } from '../languages/index.ts'
import { ProblemError, problem } from '../protocol/problem.ts'
import type { EngineLink } from './engine-link.ts'
import { joinOffer } from './join-link.ts'

/** An engine that was just woken is there within seconds. */
const ENGINE_TIMEOUT_MS = 20_000
const LOOK_EVERY_MS = 100
/** As long as the command line waits: a relay is asked over TLS. */
const JOIN_TIMEOUT_MS = 30_000

/** A page that opens links in a row gets one question. */
let isAsking = false

/** Throws ProblemError when the link holds no relay code, or the relay does not let us in. */
export async function offerRelay(link: string, words: AllWords, engine: EngineLink, signal: AbortSignal): Promise<void> {
  if (isAsking) return
  isAsking = true
  try {
    const offer = joinOffer(link)
    if (!offer) throw new ProblemError(problem('relay-code-invalid', {}))
    const { join } = words.desktop
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: join.question(offer.relay),
      detail: join.detail(offer.fingerprint),
      buttons: [join.yes, join.no],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    })
    if (response === 0) await (await running(engine, signal)).joinRelay({ relay: offer.code }, JOIN_TIMEOUT_MS)
  } finally {
    isAsking = false
  }
}

async function running(engine: EngineLink, signal: AbortSignal) {
  for (const end = Date.now() + ENGINE_TIMEOUT_MS; Date.now() < end; await delay(LOOK_EVERY_MS, undefined, { signal })) {
    const state = engine.state()
    if (state.phase === 'running') return state.client
  }
  throw new Error('the engine does not run')
}
