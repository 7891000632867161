/** `safeStorage`, asynchronous as of Electron 45 (the synchronous half is deprecated there). The keyring is a file of the user-data folder: without it,
 *  or with another one, what was encrypted opens no more. `DOUBLE_KEYRING=none` is a Linux desktop without a keyring. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, userDataFolder } from './app.ts'

const MARK = Buffer.from('v11')

function keyring(): Buffer {
  const path = join(userDataFolder(), 'keyring')
  if (!existsSync(path)) writeFileSync(path, randomBytes(32))
  return readFileSync(path)
}

const available = (): boolean => process.env.DOUBLE_KEYRING !== 'none'

async function whenAvailable(): Promise<void> {
  await app.whenReady()
  if (!available()) throw new Error('Encryption is not available')
}

export const safeStorage = {
  async isAsyncEncryptionAvailable(): Promise<boolean> {
    await app.whenReady()
    return available()
  },

  async encryptStringAsync(plainText: string): Promise<Buffer> {
    await whenAvailable()
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', keyring(), nonce)
    return Buffer.concat([MARK, nonce, cipher.update(plainText, 'utf8'), cipher.final(), cipher.getAuthTag()])
  },

  async decryptStringAsync(encrypted: Buffer): Promise<{ shouldReEncrypt: boolean; result: string }> {
    await whenAvailable()
    try {
      const nonce = encrypted.subarray(MARK.length, MARK.length + 12)
      const decipher = createDecipheriv('aes-256-gcm', keyring(), nonce).setAuthTag(encrypted.subarray(-16))
      const text = Buffer.concat([decipher.update(encrypted.subarray(MARK.length + 12, -16)), decipher.final()])
      return { shouldReEncrypt: false, result: text.toString('utf8') }
    } catch (cause) {
      throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptStringAsync.', { cause })
    }
  },

  getSelectedStorageBackend: (): string => (!app.isReady() ? 'unknown' : available() ? 'gnome_libsecret' : 'basic_text'),
}
