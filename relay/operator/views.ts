/** The operator's pages as HTML: what is, and beside it what can be done about it. */
import { describeCodes, type NewCode } from '../operating/relay-codes.ts'
import { type DeviceFacts, deviceFacts } from '../registry/device-facts.ts'
import type { Registry } from '../registry/registry.ts'
import type { Health } from './health.ts'
import { type Html, html } from './markup.ts'
import type { OperatorWords } from './words.ts'

export interface ViewContext {
  readonly registry: Registry
  readonly words: OperatorWords
  /** Of this session: every form carries it back. */
  readonly token: string
  isUp(deviceKey: string): boolean
}

const GB = 1e9
const TWO_WEEKS_MS = 14 * 24 * 3_600_000

const gbText = ({ locale }: OperatorWords, bytes: number): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: bytes < GB ? 3 : 1 }).format(bytes / GB)

function timeHtml({ locale }: OperatorWords, atMs: number): Html {
  const text = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(atMs)
  return html`<time datetime="${new Date(atMs).toISOString()}">${text} UTC</time>`
}

export function healthView(words: OperatorWords, health: Health): Html {
  const { figures, disk, memory } = health
  const [gb, names] = [(bytes: number) => gbText(words, bytes), words.health]
  const eye = (ageS: number | null | undefined): string => (ageS === null || ageS === undefined ? words.cannotSee : words.secondsAgo(ageS))
  const rows: readonly (readonly [string, string | Html])[] = [
    [names.version, health.version],
    [names.since, timeHtml(words, health.sinceMs)],
    [names.certificate, health.certificateUntilMs === null ? words.none : timeHtml(words, health.certificateUntilMs)],
    ...(['ipv4', 'ipv6'] as const)
      .filter((family) => family in health.eyes)
      .map((family) => [names[family], eye(health.eyes[family])] as const),
    [names.dns, words.dns[health.dns]],
    [names.disk, words.diskText(gb(disk.freeBytes), gb(disk.totalBytes))],
    [names.memory, words.memoryText(gb(memory.usedBytes), gb(memory.totalBytes))],
    [names.devices, words.devicesText(figures.connected, figures.registered)],
    [names.carrying, words.carryingText(figures.streams, figures.flows)],
    [names.carried, words.carriedText(gb(figures.carried.inBytes), gb(figures.carried.outBytes))],
  ]
  const warnings = warningsOf(health).map((warning) => words.warnings[warning])
  return html`${
    warnings.length === 0
      ? html`<p class="good">✓ ${words.healthy}</p>`
      : html`<ul class="bad">${warnings.map((text) => html`<li>${text}</li>`)}</ul>`
  }<dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

/** What an operator must look after. */
export function warningsOf({ certificateUntilMs, eyes, dns, disk }: Health, nowMs = Date.now()): (keyof OperatorWords['warnings'])[] {
  return [
    ...(certificateUntilMs === null || certificateUntilMs - nowMs < TWO_WEEKS_MS ? (['certificate'] as const) : []),
    ...(Object.values(eyes).includes(null) ? (['eyes'] as const) : []),
    ...(dns === 'silent' ? (['dns'] as const) : []),
    ...(disk.freeBytes < disk.totalBytes / 10 ? (['disk'] as const) : []),
  ]
}

export function devicesView({ registry, words, token, isUp }: ViewContext): Html {
  const devices = deviceFacts(registry, registry.devices(), Date.now())
  if (devices.length === 0) return html`<p>${words.noDevices}</p>`
  const row = (device: DeviceFacts): Cells => {
    const action = device.suspendedAtMs === null ? 'suspend' : 'resume'
    return [
      device.label,
      stateHtml(words, device, isUp(device.key)),
      usedText(words, device),
      button(words, token, `/devices/${action}`, words[action], device.label, { label: device.label }),
    ]
  }
  return table([words.device, words.state, words.month, words.actions], devices.map(row))
}

function stateHtml(words: OperatorWords, { suspendedAtMs, lastSeenAtMs }: DeviceFacts, isUp: boolean): Html {
  if (suspendedAtMs !== null) return html`<span class="bad">${words.suspended} ${timeHtml(words, suspendedAtMs)}</span>`
  return isUp ? html`<span class="good">✓ ${words.connected}</span>` : html`${words.seen} ${timeHtml(words, lastSeenAtMs)}`
}

function usedText(words: OperatorWords, { inBytes, outBytes, monthlyBytes }: DeviceFacts): string {
  const used = gbText(words, inBytes + outBytes)
  return monthlyBytes === null ? words.usedUnlimited(used) : words.used(used, gbText(words, monthlyBytes))
}

export function codesView({ registry, words, token }: ViewContext, made: NewCode | undefined): Html {
  const rows = describeCodes(registry, Date.now()).map(
    ({ id, state, by, expiresAtMs }): Cells => [
      html`<code>${id}</code>`,
      by === null ? words.codeStates[state] : words.usedBy(by),
      timeHtml(words, expiresAtMs),
      state === 'open' && button(words, token, '/codes/revoke', words.revoke, id, { id }),
    ],
  )
  return html`${made && html`<section role="status"><p><strong>${words.codeMade}</strong></p><p><code>${made.text}</code></p><p>${words.asLink}<br><code>${made.link}</code></p></section>`}
${form(token, '/codes/make', {}, html`<button>${words.makeCode}</button>`)}
${rows.length === 0 ? html`<p>${words.noCodes}</p>` : table([words.codeId, words.state, words.until, words.actions], rows)}`
}

export function takedownsView({ registry, words, token }: ViewContext): Html {
  const rows = registry.takedowns().map((takedown): Cells => {
    const label = registry.device(takedown.deviceKey)?.label ?? ''
    const [what, name] =
      takedown.kind === 'service'
        ? [`${takedown.name}.${label}`, `${takedown.name}.${label}`]
        : [takedown.name, words.link(takedown.name, label)]
    return [
      name,
      timeHtml(words, takedown.atMs),
      takedown.reason,
      button(words, token, '/takedowns/put-back', words.putBack, name, { what }),
    ]
  })
  const fields = html`<p><label for="what">${words.what}</label><br><input id="what" name="what" required maxlength="300" aria-describedby="what-hint" autocomplete="off"><br><small id="what-hint">${words.whatHint}</small></p>
<p><label for="reason">${words.reason}</label><br><input id="reason" name="reason" maxlength="200" aria-describedby="reason-hint" autocomplete="off"><br><small id="reason-hint">${words.reasonHint}</small></p>
<button>${words.takeDown}</button>`
  return html`${form(token, '/takedowns/add', {}, fields)}
${rows.length === 0 ? html`<p>${words.noTakedowns}</p>` : table([words.what, words.since, words.reason, words.actions], rows)}`
}

/** Says to those who do not see the row what it is for. */
function button(
  words: OperatorWords,
  token: string,
  action: string,
  text: string,
  what: string,
  fields: Readonly<Record<string, string>>,
): Html {
  return form(token, action, fields, html`<button aria-label="${words.of(text, what)}">${text}</button>`)
}

function form(token: string, action: string, fields: Readonly<Record<string, string>>, content: Html): Html {
  const hidden = Object.entries({ token, ...fields }).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)
  return html`<form method="post" action="${action}">${hidden}${content}</form>`
}

/** Of one row; the first names it. */
type Cells = readonly [Html | string, ...(Html | string | false | null)[]]

/** On a telephone each row is a block of its own, with the head beside each of its cells. The roles are said because a block is no table by itself. */
function table(heads: readonly string[], rows: readonly Cells[]): Html {
  const row = ([name, ...cells]: Cells): Html =>
    html`<tr role="row"><th role="rowheader" scope="row">${name}</th>${cells.map((cell, at) => html`<td role="cell" data-head="${heads[at + 1] ?? ''}">${cell}</td>`)}</tr>`
  return html`<table role="table"><thead role="rowgroup"><tr role="row">${heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead><tbody role="rowgroup">${rows.map(row)}</tbody></table>`
}
