import { type DeviceKey, RegistryError } from './registry.ts'

/** One key, one spelling: base64url leaves two bits of the last letter unused, and a second spelling would be a second device. */
export function checkKey(key: DeviceKey): DeviceKey {
  const bytes = Buffer.from(key, 'base64url')
  if (bytes.length !== 32 || bytes.toString('base64url') !== key) throw new RegistryError('key-malformed', 'not a device key')
  return key
}
