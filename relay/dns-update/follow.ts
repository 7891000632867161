/** The foreign zone follows what devices ask for, and waits for the texts by which certificates are proven. */
import { readFileSync } from 'node:fs'
import { readTsigKey, type TsigKey } from '../../dns/tsig.ts'
import type { Ask } from '../../wire/messages.ts'
import type { Publisher } from './publisher.ts'

const CHALLENGE = '_acme-challenge'

/** After an ask was answered, before its answer leaves: a directory is told to look only when the text stands. Rejects as
 *  {@link Publisher.settle} does. */
export async function followAsk(
  publisher: Publisher,
  { deviceKey, label, ask }: { readonly deviceKey: string; readonly label: string; readonly ask: Ask },
  signal: AbortSignal,
): Promise<void> {
  if (ask.kind !== 'challenge' || ask.action !== 'set') {
    publisher.touch(deviceKey)
    return
  }
  await publisher.settle(deviceKey, signal)
  await publisher.shown([CHALLENGE, label], ask.value, signal)
}

/** Throws an Error that names the file and what is wrong with it. */
export function readKeyFile(path: string): TsigKey {
  try {
    return readTsigKey(readFileSync(path, 'utf8'))
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message
    throw new Error(`cannot use the key in ${path}: ${reason}`, { cause: error })
  }
}
