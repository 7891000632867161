/** What the engine remembers, for the faces, and what of it stands in the snapshot. */
import { parseJson } from '../../protocol/json.ts'
import type { VisitorsView } from '../../protocol/model/history.ts'
import { MAX_LOG_PAGE } from '../../protocol/model/log.ts'
import type { Preferences } from '../../protocol/model/preferences.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import type { Remembering } from '../control/controlled.ts'
import { openHistory } from '../history/history.ts'
import type { Meter } from '../proxy/guest.ts'
import { keptRouterKey } from './kept-router-key.ts'
import type { Log } from './log.ts'
import type { LogBook } from './log-book.ts'
import type { Secrets } from './secrets.ts'
import { secretsIn, supportBundle, textsIn } from './support-bundle.ts'
import { tellNews } from './tell-news.ts'
import type { Unsaved } from './unsaved.ts'

export interface MemoryOptions {
  readonly folder: string
  readonly book: LogBook
  readonly secrets: Pick<Secrets, 'read'>
  readonly snapshot: () => Snapshot
  readonly unsaved: Unsaved
  readonly log: Log
  readonly onTrouble: (trouble: Problem) => void
  readonly preferences: () => Preferences
  /** Which router its owner says he has; undefined: he does not. */
  readonly router: () => string | undefined
  readonly rttMs: () => number | undefined
  /** Somebody has come or gone: the snapshot is another one. Not more often than every two seconds. */
  readonly onVisitors: () => void
}

export interface Memory extends Remembering {
  readonly meter: Meter
  /** Notes what is news in it, and adds what it cannot know. */
  see(snapshot: Snapshot): Snapshot
  /** Writes what waits. */
  close(): void
}

const TELL_EVERY_MS = 2000

const SECRET_FILES = ['acme-external', 'alerts', 'names', 'passwords'] as const

export function openMemory({
  folder,
  book,
  secrets,
  snapshot,
  unsaved,
  log,
  onTrouble,
  preferences,
  router,
  rttMs,
  onVisitors,
}: MemoryOptions): Memory {
  const startedAtMs = Date.now()
  let telling: NodeJS.Timeout | undefined
  const history = openHistory({
    folder,
    rttMs,
    onTrouble(trouble) {
      log(trouble.code === 'history-damaged' || trouble.code === 'disk-full' ? trouble.code : 'data-unwritable', trouble.params)
      onTrouble(trouble)
    },
    onNews: (news) => tellNews(news, log),
    save: (write) => void unsaved.write('history', write).catch((error: unknown) => log('fault', { error: String(error) })),
    onVisitors() {
      telling ??= setTimeout(() => {
        telling = undefined
        onVisitors()
      }, TELL_EVERY_MS).unref()
    },
  })
  const { meter } = history
  return {
    meter: (service, address, isDirect, carried) => meter.enter(service, address, isDirect, carried),
    see(snapshot) {
      history.see(snapshot)
      const services = snapshot.services.map((service) => ({
        ...service,
        reachableSinceMs: history.reachableSinceMs(service.name),
        visitors: meter.visitors(service.name),
      }))
      const chosen = router()
      const gateway = chosen === undefined ? snapshot.gateway : { ...snapshot.gateway, guide: { router: chosen, chosen: true } }
      const diagnosis = { ...snapshot.diagnosis, healed: history.healed(snapshot.diagnosis.healed) }
      return { ...snapshot, gateway, services, diagnosis, preferences: preferences() }
    },
    history: (sinceMs, service) => history.view(sinceMs, service),
    traffic: (service, range) => history.traffic(service, range),
    watchVisitors: (emit) => watch(() => meter.view(), emit),
    log: book.entries,
    followLog: book.follow,
    supportBundle() {
      const now = snapshot()
      const stored = SECRET_FILES.flatMap((name) => textsIn(parseJson(secrets.read(name) ?? '')))
      const routerKey = keptRouterKey(secrets)
      const all = [...secretsIn(now), ...stored, ...(routerKey ? [routerKey.secret] : [])]
      return supportBundle({
        snapshot: now,
        log: book.entries({ level: 'info' }, MAX_LOG_PAGE),
        secrets: all,
        startedAtMs,
        nowMs: Date.now(),
      })
    },
    close() {
      clearTimeout(telling)
      history.close()
    },
  }
}

function watch(look: () => VisitorsView, emit: (visitors: VisitorsView) => void): () => void {
  let shown = ''
  const tell = (): void => {
    const visitors = look()
    const text = JSON.stringify(visitors)
    if (text === shown) return
    shown = text
    emit(visitors)
  }
  tell()
  const telling = setInterval(tell, TELL_EVERY_MS).unref()
  return () => clearInterval(telling)
}
