import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import { Access } from '../../protocol/model/access.ts'
import { plainService } from '../../protocol/snapshot.fixture.ts'
import { adviceOn } from './access.ts'

test('only where the home alone may come in, and always through the relay, it is said that nobody gets in', () => {
  for (const words of Object.values(LANGUAGES))
    for (const access of Access.options)
      for (const relayOnly of [true, false]) {
        const said = adviceOn(plainService({ access, relayOnly }), words)
        assert.equal(said, access === 'lan' && relayOnly ? `${words.access.nobody}\n` : '', access)
      }
})
