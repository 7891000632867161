/** A program that visitors come to by a path of somebody else's name: does it know of that path, and where does it send them? */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FindingCode } from '../../../protocol/finding.ts'
import { checkAt, codes, type Program, programAt } from './safety.fixture.ts'

const LOGIN = { body: '<title>Cameras</title><form method=post><input type="password" name=p></form>' }
const KEPT = { prefix: '/zm', strip: false }
const STRIPPED = { prefix: '/zm', strip: true }

interface Case {
  readonly says: string
  readonly route: typeof KEPT
  readonly program: Program
  readonly found: readonly FindingCode[]
}

const CASES: readonly Case[] = [
  {
    says: 'it knows of its path',
    route: KEPT,
    program: ({ path }) => (path === '/zm/' ? LOGIN : { status: 404 }),
    found: ['asks-login', 'answers'],
  },
  {
    says: 'it asks nobody who he is',
    route: KEPT,
    program: ({ path }) => (path === '/zm/' ? { body: '<title>Console</title>' } : { status: 404 }),
    found: ['no-login-seen', 'answers'],
  },
  {
    says: 'it knows nothing of its path',
    route: KEPT,
    program: ({ path }) => (path === '/' ? LOGIN : { status: 404 }),
    found: ['path-unknown', 'answers'],
  },
  {
    says: 'it sends visitors out of its path',
    route: KEPT,
    program: ({ path }) => (path === '/zm/' ? { status: 302, headers: { location: '/login' } } : LOGIN),
    found: ['leaves-path', 'asks-login', 'answers'],
  },
  {
    says: 'it sends visitors on below its path',
    route: KEPT,
    program: ({ path }) => (path === '/zm/' ? { status: 302, headers: { location: 'login' } } : LOGIN),
    found: ['asks-login', 'answers'],
  },
  {
    says: 'it need not know of a path that is taken off',
    route: STRIPPED,
    program: ({ path }) => (path === '/' ? { status: 302, headers: { location: '/login' } } : path === '/login' ? LOGIN : { status: 404 }),
    found: ['asks-login', 'answers'],
  },
  {
    says: 'it has been told of the path that is taken off, and puts it before its own',
    route: STRIPPED,
    program: ({ path, proxied }) =>
      path === '/' ? { status: 302, headers: { location: proxied ? '/zm/login' : '/login' } } : path === '/login' ? LOGIN : { status: 404 },
    found: ['asks-login', 'answers'],
  },
  {
    says: 'it sends visitors round in circles below the path that is taken off',
    route: STRIPPED,
    program: ({ proxied }) => (proxied ? { status: 302, headers: { location: '/zm/' } } : LOGIN),
    found: ['redirects-in-circles', 'asks-login', 'answers'],
  },
]

describe('what stands behind a path', () => {
  for (const { says, route, program, found } of CASES)
    test(says, async (t) => assert.deepEqual(codes(await checkAt(await programAt(t, program), { route })), found))
})
