/** A strict reader of the text format, from its specification: every line is a comment we know, or a sample of the family before it. */
import assert from 'node:assert/strict'

export type Sample = [name: string, labels: Record<string, string>, value: number]
export interface ParsedFamily {
  type: string
  samples: Sample[]
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (NaN|[+-]?Inf|[+-]?[0-9.]+(?:e[+-]?[0-9]+)?)$`)
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y

export function parseExposition(text: string): Map<string, ParsedFamily> {
  assert.ok(text.endsWith('\n'), 'the last line ends')
  const families = new Map<string, ParsedFamily>()
  let help = ''
  let current = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (kind === 'HELP') {
      assert.ok(!families.has(name), `${name} stands once`)
      help = name
    } else if (kind === 'TYPE') {
      assert.equal(name, help, 'help before type')
      assert.ok(['counter', 'gauge', 'histogram'].includes(rest), line)
      current = name
      families.set(name, { type: rest, samples: [] })
    } else addSample(families.get(current), current, line)
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family)
  return families
}

function addSample(family: ParsedFamily | undefined, familyName: string, line: string): void {
  const [, name = '', labelText = '', value = ''] = SAMPLE.exec(line) ?? []
  assert.ok(family && name !== '', `not a sample: ${line}`)
  const suffixes = family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
  assert.ok(
    suffixes.some((suffix) => name === familyName + suffix),
    `${name} stands under ${familyName}`,
  )
  const labels = parseLabels(labelText)
  const same = family.samples.some((other) => other[0] === name && JSON.stringify(other[1]) === JSON.stringify(labels))
  assert.ok(!same, `twice: ${line}`)
  family.samples.push([name, labels, Number(value.replace('Inf', 'Infinity'))])
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  LABEL.lastIndex = 0
  while (LABEL.lastIndex < text.length) {
    const match = LABEL.exec(text)
    assert.ok(match, `labels: ${text}`)
    labels[match[1] ?? ''] = (match[2] ?? '').replace(/\\(.)/g, (_, sign) => (sign === 'n' ? '\n' : sign))
  }
  return labels
}

function checkHistogram(name: string, { samples }: ParsedFamily): void {
  const buckets = samples.filter(([sample]) => sample === `${name}_bucket`)
  const counts = buckets.map(([, , value]) => value)
  assert.deepEqual(
    counts,
    counts.toSorted((a, b) => a - b),
    'buckets are cumulative',
  )
  assert.equal(buckets.at(-1)?.[1].le, '+Inf')
  assert.equal(samples.find(([sample]) => sample === `${name}_count`)?.[2], counts.at(-1))
}
