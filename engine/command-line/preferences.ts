/** `porchlight preferences`: what its owner likes, for the tray and the page alike. */
import { type Preferences, QuietHours } from '../../protocol/model/preferences.ts'
import { withEngine } from './ask.ts'
import { command, readFlags, SWITCH, UsageError } from './command.ts'

export const preferences = command<{ change: Partial<Preferences>; json: boolean }>({
  usage: `preferences [--json]
preferences language en|fr|system · preferences quiet-hours HH:MM-HH:MM|off`,
  read(args) {
    const { values, positionals } = readFlags(args, { json: SWITCH }, true)
    return { change: readChange(positionals), json: values.json === true, data: values.data }
  },
  run: (folder, { change, json }) =>
    withEngine(folder, async (engine, _closed, snapshot) => {
      const before = (await snapshot()).preferences
      const now = { ...before, ...change }
      if (Object.keys(change).length > 0) return void (await engine.setPreferences(now))
      const { language, quietHours } = now
      const text = `language ${language ?? 'system'}\nquiet-hours ${quietHours ? `${quietHours.from}-${quietHours.to}` : 'off'}\n`
      process.stdout.write(json ? `${JSON.stringify({ v: 1, ...now })}\n` : text)
    }),
})

function readChange([what, value, ...more]: readonly string[]): Partial<Preferences> {
  if (what === undefined) return {}
  if (what === 'language' && more.length === 0) {
    if (value === 'system') return { language: null }
    if (value === 'en' || value === 'fr') return { language: value }
  }
  if (what === 'quiet-hours' && more.length === 0) {
    if (value === 'off') return { quietHours: null }
    const [from, to] = value?.split('-') ?? []
    const hours = QuietHours.safeParse({ from, to })
    if (hours.success) return { quietHours: hours.data }
  }
  throw new UsageError('preferences takes language en|fr|system, or quiet-hours 22:00-07:00|off')
}
