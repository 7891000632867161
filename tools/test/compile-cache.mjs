// Loaded before each test file: what Node has stripped of types and compiled for one of them need not be compiled again for the next.
// For the test's own process alone, unlike NODE_COMPILE_CACHE: the programs that it starts begin as they do for everybody.
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { root } from '../setup/machine.mjs'

enableCompileCache(join(root, 'test-results', 'compile-cache'))
