import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Alerts } from '../../protocol/model/alerts.ts'
import type { AlertsEffect, ChannelReport } from './alerts.ts'
import type { Happening } from './events.ts'
import { plan } from './plan.ts'
import { continued, KNOWN, RELAY, situation, T0 } from './situation.fixture.ts'
import type { State } from './state.ts'

const MAIL: Alerts = { language: 'en', channels: [{ id: 'abcdefgh', channel: { kind: 'mail', to: 'owner@home.example' } }] }
const NOBODY: Alerts = { ...MAIL, channels: [] }
const chosen = (alerts: Alerts): Happening => ({ type: 'alerts-chosen', alerts })
const told = (alerts: Alerts, reports: ChannelReport[] | null = []): Happening => ({
  type: 'alerts-told',
  relay: KNOWN.url,
  key: JSON.stringify(alerts),
  reports,
})
/** What the relay is to be told now. */
const telling = (state: State, atMs = T0): Alerts | undefined =>
  [...plan(state, atMs).effects.values()].find((effect): effect is AlertsEffect => effect.kind === 'tell-alerts')?.alerts

describe('whom the relay is to tell', () => {
  const home = situation(...RELAY)
  const well = continued(home, chosen(MAIL), told(MAIL))

  it('is said at once, and asked about now and then while there is anybody', () => {
    assert.deepEqual(telling(home), undefined)
    assert.deepEqual(telling(continued(home, chosen(MAIL))), MAIL)
    assert.deepEqual([telling(well), telling(well, T0 + 600_000)], [undefined, MAIL])
    const nobody = continued(well, chosen(NOBODY), told(NOBODY))
    assert.deepEqual([telling(nobody), telling(nobody, T0 + 86_400_000)], [undefined, undefined])
  })

  it('is said again when it is as it was before: the relay may have taken what came in between, whether its answer came or not', () => {
    const nobody = continued(well, chosen(NOBODY), told(NOBODY))
    assert.deepEqual(telling(continued(nobody, chosen(MAIL), chosen(NOBODY))), NOBODY)
  })

  it('is said again where the relay did not take it: nobody goes on being told who shall be left alone', () => {
    const refused = continued(well, chosen(NOBODY), told(NOBODY, null))
    assert.deepEqual([telling(refused), telling(refused, T0 + 600_000)], [undefined, NOBODY])
  })
})
