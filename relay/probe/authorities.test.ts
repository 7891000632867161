import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ProblemError } from '../../protocol/problem.ts'
import { temporaryFolder } from '../registry/registry.fixture.ts'
import { visitorsTrust } from './authorities.ts'

test('a file without a certificate is a mistake that is said at the start', (context) => {
  const path = join(temporaryFolder(context), 'roots.pem')
  const isUnreadable = (error: unknown) => error instanceof ProblemError && error.problem.code === 'file-unreadable'
  assert.throws(() => visitorsTrust(path), isUnreadable)
  writeFileSync(path, '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n')
  assert.throws(() => visitorsTrust(path), isUnreadable)
})
