/** `porchlight-relay run`: the relay itself, until it is told to stop. */
import { defineCommand } from './command.ts'
import { RUN_FLAGS, RUN_SYNOPSIS, readRunOptions } from './run-options.ts'

export const run = defineCommand({
  name: 'run',
  synopsis: RUN_SYNOPSIS,
  purpose: 'the relay itself, in the foreground; prints "ready ADDRESS" when it serves',
  flags: RUN_FLAGS,
  read: (flags) => ({ ...readRunOptions(flags), flags }),
  async run(options, folder) {
    const { serve } = await import('./serve.ts')
    return serve(options, folder)
  },
})
