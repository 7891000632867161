import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { signManifest, verifiedManifest } from './update-manifest.ts'

const ours = generateKeyPairSync('ed25519')
const theirs = generateKeyPairSync('ed25519')
const publicKey = String(ours.publicKey.export({ format: 'jwk' }).x)
const BODY = 'version: 1.2.0\nfiles:\n  - url: Porchlight.AppImage\n    sha512: abc\n'
const signed = signManifest(BODY, 'latest-linux.yml', ours.privateKey)

test('what we have signed is what comes out', () => {
  assert.equal(verifiedManifest(signed, 'latest-linux.yml', publicKey), BODY)
  assert.match(signed, /^version: 1\.2\.0\n[\s\S]+\n# porchlight-signature \S{88}\n$/)
  // Signed once more, as after a mistake, it has one signature still.
  assert.equal(signManifest(signed, 'latest-linux.yml', ours.privateKey), signed)
  assert.equal(verifiedManifest(signManifest('a: 1', 'x.yml', ours.privateKey), 'x.yml', publicKey), 'a: 1\n')
})

const refused: [string, string, string?][] = [
  ['without a signature', BODY],
  ['empty', ''],
  ['signed by another key', signManifest(BODY, 'latest-linux.yml', theirs.privateKey)],
  ['of another system', signManifest(BODY, 'latest-mac.yml', ours.privateKey)],
  ['with another version', signed.replace('1.2.0', '1.2.1')],
  ['with a line behind the signature', `${signed}version: 9.9.9\n`],
  ['with a line before the first', `version: 9.9.9\n${signed}`],
  ['with the signature cut short', signed.slice(0, -4)],
  ['with another signature before ours', signed.replace('# porchlight', '# porchlight-signature AAAA\n# porchlight')],
  ['with the signature on a line of the list', signed.replace('\n# porchlight', ' # porchlight')],
]
for (const [what, text] of refused)
  test(`a list ${what} is refused`, () => {
    assert.throws(
      () => verifiedManifest(text, 'latest-linux.yml', publicKey),
      /the list of updates is (not signed|signed by somebody else)/,
    )
  })

test('no byte of it can be changed', () => {
  for (let at = 0; at < signed.length; at++) {
    const changed = `${signed.slice(0, at)}${signed[at] === 'x' ? 'y' : 'x'}${signed.slice(at + 1)}`
    assert.throws(() => verifiedManifest(changed, 'latest-linux.yml', publicKey), Error, `byte ${at}`)
  }
})
