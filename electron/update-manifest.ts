/** A list of new versions, as electron-builder writes it (`latest-linux.yml` and its fellows), with a signature of our own as its last line. What
 *  electron-updater checks on Linux is only that the file is the one of the list; nothing there says whose list it is.
 *
 *  ```
 *  version: 1.2.0
 *  files: …
 *  # porchlight-signature BASE64
 *  ```
 *  Signed (Ed25519) is "porchlight-update/1", the file's name and all lines before the signature, joined by line feeds. The name is in it, so that the list
 *  of one system is none for another. YAML takes the line for a comment. */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

const MARK = '# porchlight-signature '
const LAST_LINE = /^# porchlight-signature ([A-Za-z0-9+/]{86}==)\n?$/

const signedBytes = (fileName: string, body: string): Buffer => Buffer.from(`porchlight-update/1\n${fileName}\n${body}`)

/** Instead of a signature that is there. `key`: Ed25519. */
export function signManifest(text: string, fileName: string, key: KeyObject): string {
  const body = withoutSignature(text).body
  return `${body}${MARK}${sign(null, signedBytes(fileName, body), key).toString('base64')}\n`
}

/** The list without its signature. Throws where it is not signed by `publicKey` (32 bytes, base64url). */
export function verifiedManifest(text: string, fileName: string, publicKey: string): string {
  const { body, signature } = withoutSignature(text)
  if (!signature) throw new Error('the list of updates is not signed')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
  if (!verify(null, signedBytes(fileName, body), key, signature)) throw new Error('the list of updates is signed by somebody else')
  return body
}

function withoutSignature(text: string): { body: string; signature: Buffer | undefined } {
  const at = text.lastIndexOf(MARK)
  const [, base64] = at === 0 || text[at - 1] === '\n' ? (LAST_LINE.exec(text.slice(at)) ?? []) : []
  const signature = base64 === undefined ? undefined : Buffer.from(base64, 'base64')
  // One spelling for one signature: base64 leaves bits over.
  if (signature && signature.toString('base64') === base64) return { body: text.slice(0, at), signature }
  return { body: text === '' || text.endsWith('\n') ? text : `${text}\n`, signature: undefined }
}
