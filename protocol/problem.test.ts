import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bySeverity, PROBLEMS, Problem, ProblemCode, ProblemError, type ProblemParams, problem, Severity } from './problem.ts'

const CODES = Object.keys(PROBLEMS) as ProblemCode[]
const any = (code: ProblemCode): Problem =>
  problem(code, Object.fromEntries(PROBLEMS[code].params.map((name) => [name, `<${name}>`])) as ProblemParams<ProblemCode>)

test('every code can be made and survives the channel', () => {
  assert.ok(CODES.length > 30)
  for (const code of CODES) {
    const made = any(code)
    assert.deepEqual(Object.keys(made.params), [...PROBLEMS[code].params])
    assert.equal(made.severity, PROBLEMS[code].severity)
    assert.deepEqual(Problem.parse(JSON.parse(JSON.stringify(made))), made)
  }
})

test('the schema knows exactly the table, in its order', () => {
  assert.deepEqual(ProblemCode.options, CODES)
  for (const code of CODES) assert.match(code, /^[a-z][a-z0-9]*(-[a-z]+)*$/)
})

test('what is no problem is refused', () => {
  const good = any('no-relay')
  const bad = [
    { ...good, code: 'nonsense' },
    { ...good, code: 'toString' },
    { ...good, severity: 'fatal' },
    { ...good, params: { a: 1 } },
    { code: 'no-relay' },
    null,
    'no-relay',
  ]
  for (const value of bad) assert.equal(Problem.safeParse(value).success, false, JSON.stringify(value))
})

test('a problem keeps its own facts', () => {
  const params = { name: 'web' }
  const made = problem('name-taken', params)
  params.name = 'other'
  assert.deepEqual(made.params, { name: 'web' })
})

test('worst first; among equals from the house outwards', () => {
  const shuffled = CODES.map(any).reverse()
  const sorted = shuffled.toSorted(bySeverity)
  const ranks = sorted.map(({ severity }) => Severity.options.indexOf(severity))
  assert.deepEqual(
    ranks,
    ranks.toSorted((a, b) => a - b),
  )
  for (const severity of Severity.options) {
    const codes = sorted.filter((each) => each.severity === severity).map(({ code }) => code)
    assert.deepEqual(
      codes,
      CODES.filter((code) => PROBLEMS[code].severity === severity),
    )
  }
  assert.equal(bySeverity(any('disk-full'), any('disk-full')), 0)
})

test('an error carries its problem', () => {
  const cause = new Error('EACCES')
  const error = new ProblemError(problem('data-unwritable', { path: '/data', reason: 'EACCES' }), { cause })
  assert.ok(error instanceof Error)
  assert.equal(error.name, 'ProblemError')
  assert.equal(error.problem.code, 'data-unwritable')
  assert.equal(error.cause, cause)
  assert.match(error.message, /data-unwritable.*EACCES/)
})
