/** `porchlight join`, `leave`: the relays that this computer uses. */
import { withEngine } from './ask.ts'
import { command, readOne } from './command.ts'

const ADMISSION_TIMEOUT_MS = 20_000

export const join = command({
  usage: 'join URL|CODE                 take a relay, besides those there are',
  read(args) {
    const { values, word } = readOne(args, 'join needs a relay’s address or a relay code', {})
    return { relay: word, data: values.data }
  },
  run: (folder, { relay }) => withEngine(folder, async (engine) => void (await engine.joinRelay({ relay }, ADMISSION_TIMEOUT_MS))),
})

export const leave = command({
  usage: 'leave URL                     do without it from now on; it keeps your name for you for 90 days',
  read(args) {
    const { values, word } = readOne(args, 'leave needs a relay’s address', {})
    return { relay: word, data: values.data }
  },
  run: (folder, { relay }) => withEngine(folder, async (engine) => void (await engine.leaveRelay({ relay }))),
})
