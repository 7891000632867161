/** What the tray shows for a state of the engine: a value, so that every state is a row of a table in the tests. */
import { type AllWords, describeLight, describeProblem } from '../languages/index.ts'
import { dangersOf } from '../protocol/finding.ts'
import { formatEndpoint } from '../protocol/model/address.ts'
import { isWeb } from '../protocol/model/service.ts'
import { problem } from '../protocol/problem.ts'
import { type Light, lightOf, lightOfService, type ServiceView } from '../protocol/snapshot.ts'
import type { EngineState } from './engine-link.ts'

export type TrayAction =
  | { readonly do: 'copy'; readonly text: string }
  | { readonly do: 'open-service'; readonly url: string }
  | { readonly do: 'pause'; readonly name: string }
  | { readonly do: 'resume'; readonly name: string }
  | { readonly do: 'check-now' }
  | { readonly do: 'open-window' }
  | { readonly do: 'start-at-login'; readonly on: boolean }
  | { readonly do: 'quit' }

export interface TrayItem {
  readonly id: string
  readonly label: string
  /** Without one the entry is greyed out. */
  readonly action?: TrayAction
  /** With a tick or a place for one. */
  readonly isOn?: boolean
  readonly submenu?: readonly TrayItem[]
}

export interface TrayModel {
  readonly light: Light
  readonly toolTip: string
  /** `null` is a line between groups. */
  readonly items: readonly (TrayItem | null)[]
}

/** A menu entry has no second line. */
const MAX_REASON_LENGTH = 120

export function trayModel(state: EngineState, startsAtLogin: boolean, dataDir: string, words: AllWords): TrayModel {
  const { light, sentence } = summary(state, dataDir, words)
  const reason = reasonOf(state, light, words)
  const services = state.phase === 'running' ? state.snapshot.services.map((service) => serviceItem(service, words)) : []
  return {
    light,
    toolTip: words.tray.tooltip(sentence),
    items: [
      { id: 'state', label: sentence },
      ...(reason === undefined ? [] : [{ id: 'reason', label: reason.slice(0, MAX_REASON_LENGTH) }]),
      null,
      ...services,
      ...(services.length > 0 ? [null] : []),
      ...(state.phase === 'running' ? [{ id: 'check-now', label: words.tray.checkNow, action: { do: 'check-now' } as const }] : []),
      { id: 'open-window', label: words.tray.openPorchlight, action: { do: 'open-window' } },
      {
        id: 'start-at-login',
        label: words.tray.startAtLogin,
        isOn: startsAtLogin,
        action: { do: 'start-at-login', on: !startsAtLogin },
      },
      { id: 'quit', label: words.tray.quit, action: { do: 'quit' } },
    ],
  }
}

function summary(state: EngineState, dataDir: string, words: AllWords): { light: Light; sentence: string } {
  switch (state.phase) {
    case 'starting':
      return { light: 'checking', sentence: words.tray.noEngine }
    case 'stopped':
      return { light: 'paused', sentence: describeProblem(problem('engine-absent', { data: dataDir }), words).title }
    case 'failed':
      return { light: 'needs-you', sentence: describeProblem(problem('engine-absent', { data: dataDir }), words).title }
    case 'running': {
      const light = lightOf(state.snapshot)
      return { light, sentence: describeLight(light, state.snapshot.rehearsal, words).headline }
    }
  }
}

/** Why there is no engine; and why nobody can look, which no service's own words tell. */
function reasonOf(state: EngineState, light: Light, words: AllWords): string | undefined {
  if (state.phase === 'failed') return state.reason
  if (state.phase !== 'running' || light !== 'cannot-check') return undefined
  const [root] = state.snapshot.diagnosis.problems.filter(({ role }) => role === 'cause')
  return root && describeProblem(root.problem, words).title
}

function serviceItem(service: ServiceView, words: AllWords): TrayItem {
  const { name, state, publicUrl } = service
  return {
    id: `service:${name}`,
    label: words.tray.service(name, words.serviceLight[lightOfService(service)]),
    submenu: [
      copyItem(service, words),
      { id: `open:${name}`, label: words.tray.open, ...(publicUrl !== null && { action: { do: 'open-service', url: publicUrl } }) },
      state === 'paused'
        ? { id: `resume:${name}`, label: words.tray.resume, action: { do: 'resume', name } }
        : { id: `pause:${name}`, label: words.tray.pause, action: { do: 'pause', name } },
    ],
  }
}

/** What a friend needs: the link, or for a program that is no browser the address to type into it. */
function copyItem({ name, kind, access, shareLink, publicAddress, safety }: ServiceView, words: AllWords): TrayItem {
  // A menu has no room for what must be read first: the page has, and copies it there.
  if (dangersOf(safety).length > 0) return { id: `copy:${name}`, label: words.safety.summary.danger, action: { do: 'open-window' } }
  const isByLink = isWeb(kind) || access === 'link'
  const text = isByLink ? shareLink : publicAddress && formatEndpoint({ address: publicAddress.host, port: publicAddress.port })
  const label = isByLink ? words.tray.copyShareLink : words.tray.copyAddress
  return { id: `copy:${name}`, label, ...(text !== null && { action: { do: 'copy', text } }) }
}
