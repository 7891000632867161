import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LINKS } from '../../../protocol/diagnosis.ts'
import { PROBLEMS, type ProblemCode } from '../../../protocol/problem.ts'
import { EXPLAINS, linkOf } from './codes.ts'

describe('the table of causes', () => {
  const codes = Object.keys(PROBLEMS) as ProblemCode[]
  const stands = new Set(codes.filter((code) => linkOf(code) !== 'computer'))

  it('explains nothing by itself, nor in a ring', () => {
    const under = (code: ProblemCode, path: readonly ProblemCode[]): void => {
      assert.ok(!path.includes(code), [...path, code].join(' → '))
      for (const next of EXPLAINS[code] ?? []) under(next, [...path, code])
    }
    for (const code of codes) under(code, [])
  })

  it('has a place on the chain for sixty problems and more, and at every link', () => {
    assert.ok(stands.size >= 60, String(stands.size))
    assert.deepEqual(new Set([...codes.map(linkOf), 'visitor', 'computer']), new Set(LINKS))
  })
})
