/** A relay in one file, and out of it again on another machine: `backup`, `restore`. */
import { resolve } from 'node:path'
import { lockDataFolder } from '../../system/data-folder.ts'
import { restoreBackup, writeBackup } from '../backup.ts'
import { defineCommand, print, withRegistry } from './command.ts'

export const backup = defineCommand({
  name: 'backup',
  synopsis: 'FILE',
  purpose: 'write everything this relay keeps into one file, while it runs; who has that file can be this relay, so keep it secret',
  flags: {},
  operand: 'the file to write',
  read: (_values, file) => resolve(file),
  run(file, folder) {
    for (const name of writeBackup(folder, file)) process.stderr.write(`left out, because it is too large to be the relay's: ${name}\n`)
    return 0
  },
})

export const restore = defineCommand({
  name: 'restore',
  synopsis: 'FILE',
  purpose: 'on a new machine: make the relay that such a file holds, in a folder in which none has run; stop the old one first',
  flags: {},
  operand: 'the file that "backup" wrote',
  read: (_values, file) => resolve(file),
  run(file, folder) {
    const lock = lockDataFolder(folder)
    try {
      restoreBackup(file, folder)
      print(`restored ${withRegistry(folder, (registry) => registry.devices()).length} devices`)
      return 0
    } finally {
      lock.release()
    }
  },
})
