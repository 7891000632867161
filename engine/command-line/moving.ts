/** `porchlight export`, `import`: the same home on another computer, with its names, links and certificates. */
import { resolve } from 'node:path'
import { lockDataFolder, openDataFolder } from '../../system/data-folder.ts'
import { exportHome, importHome } from '../moving/moving.ts'
import { askLine } from './ask-line.ts'
import { command, readOne, SWITCH } from './command.ts'

const FILE = 'the name of one file'

export const exporting = command({
  usage: 'export FILE                   write this home into a sealed file, and print the recovery code that opens it',
  read(args) {
    const { values, word } = readOne(args, `export needs ${FILE}`, {})
    return { file: resolve(word), data: values.data }
  },
  async run(folder, { file }, words) {
    const { code, leftOut } = exportHome(folder, file)
    for (const name of leftOut) process.stderr.write(`${words.moving.leftOut(name)}\n`)
    process.stderr.write(`${words.moving.exported(file)}\n`)
    process.stdout.write(`${code}\n`)
  },
})

export const importing = command({
  usage: 'import FILE [--replace]       make this computer that home; asks for the recovery code (standard input)',
  read(args) {
    const { values, word } = readOne(args, `import needs ${FILE}`, { replace: SWITCH })
    return { file: resolve(word), replace: values.replace === true, data: values.data }
  },
  async run(dataFolder, { file, replace }, words) {
    const folder = openDataFolder(dataFolder)
    const lock = lockDataFolder(folder)
    try {
      const { putAside } = importHome(folder, file, await askLine(`${words.moving.ask} `), replace)
      if (putAside !== undefined) process.stderr.write(`${words.moving.putAside(putAside)}\n`)
      process.stderr.write(`${words.moving.imported}\n`)
    } finally {
      lock.release()
    }
  },
})
