// A reporter for node:test that writes one JSON line an event that matters for the count: see tally.mjs.
import { inspect } from 'node:util'

/** The error a person wants to read: node:test wraps the thrown one. */
function describe(error) {
  return inspect(error?.cause ?? error, { depth: 8, breakLength: 120 })
}

export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type === 'test:summary') yield `${JSON.stringify({ type, success: data.success })}\n`
    if (type === 'test:diagnostic' && data.level === 'error') yield `${JSON.stringify({ type, message: data.message })}\n`
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const { name, line, nesting, skip, todo, details } = data
    const failure = type === 'test:fail' ? { kind: details.error?.failureType, text: describe(details.error) } : undefined
    yield `${JSON.stringify({ type, name, line, nesting, suite: details.type === 'suite', skip, todo, failure })}\n`
  }
}
