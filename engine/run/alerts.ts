/** Whom to tell when this house is dark: kept among the secrets, because an address of the web may be one, and told to the relay. */
import { randomBytes } from 'node:crypto'
import { parseJson } from '../../protocol/json.ts'
import { Alerts, MAX_ALERT_CHANNELS, parseAlertChannel, shownChannel } from '../../protocol/model/alerts.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { AlertReports } from '../../wire/messages.ts'
import type { EffectOf } from '../core/plan.ts'
import { AskRejected } from '../tunnel/tunnel.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'
import type { Secrets } from './secrets.ts'

export interface KeptAlerts {
  /** Null: there never were any. */
  readonly current: Alerts | null
  /** The new channel's id. Throws ProblemError: `alert-invalid`, `alerts-full`, or what writing throws. */
  add(text: string, language: Alerts['language']): Alerts
  /** Throws ProblemError `alert-unknown`. */
  remove(id: string): Alerts
}

export function openAlerts(secrets: Pick<Secrets, 'read' | 'write'>): KeptAlerts {
  let current = Alerts.safeParse(parseJson(secrets.read('alerts') ?? '')).data ?? null
  const keep = (next: Alerts): Alerts => {
    secrets.write('alerts', JSON.stringify(next))
    current = next
    return next
  }
  return {
    get current() {
      return current
    },
    add(text, language) {
      const channel = parseAlertChannel(text)
      if (!channel) throw new ProblemError(problem('alert-invalid', { address: text }))
      const channels = current?.channels ?? []
      const known = channels.find((each) => each.channel.kind === channel.kind && each.channel.to === channel.to)
      if (!known && channels.length >= MAX_ALERT_CHANNELS)
        throw new ProblemError(problem('alerts-full', { address: shownChannel(channel) }))
      return keep({ language, channels: known ? channels : [...channels, { id: newId(), channel }] })
    },
    remove(id) {
      const channels = current?.channels ?? []
      if (!current || !channels.some((each) => each.id === id)) throw new ProblemError(problem('alert-unknown', { name: id }))
      return keep({ ...current, channels: channels.filter((each) => each.id !== id) })
    },
  }
}

const newId = (): string => [...randomBytes(8)].map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte & 31]).join('')

/** A relay that is older than alerts refuses; it is asked again now and then. */
export async function tellAlerts(context: Context, effect: EffectOf<'tell-alerts'>, emit: Emit, signal: AbortSignal): Promise<void> {
  const { relay, alerts, key } = effect
  const reports = await ask(context, relay, { kind: 'alerts', alerts }, signal)
  emit({ type: 'alerts-told', relay, key, reports })
}

/** Has the relay that serves send a test through every channel. */
export async function testAlerts(context: Context, emit: Emit, signal: AbortSignal): Promise<void> {
  const { relay, alerts } = context.state()
  if (relay.phase !== 'connected') throw new ProblemError(problem('no-relay', {}))
  const reports = await ask(context, relay.url, { kind: 'test-alerts' }, signal)
  if (!reports) throw new ProblemError(problem('relay-busy', { relay: relay.known.host }))
  emit({ type: 'alerts-told', relay: relay.url, key: alerts.told[relay.url]?.key ?? '', reports })
}

type AlertsAsk = { readonly kind: 'alerts'; readonly alerts: Alerts } | { readonly kind: 'test-alerts' }

async function ask(
  { relays, log }: Context,
  url: string,
  question: AlertsAsk,
  signal: AbortSignal,
): Promise<AlertReports['channels'] | null> {
  try {
    const tunnel = relays.get(url)?.tunnel
    if (!tunnel) throw new AskRejected('no tunnel')
    const answer = AlertReports.safeParse(await tunnel.ask(question, signal))
    return answer.success ? answer.data.channels : null
  } catch (error) {
    if (signal.aborted) throw error
    log('alerts-not-told', { error: String(error) })
    return null
  }
}
