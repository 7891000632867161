import './log.css'
import { CircleAlert, Info, type LucideIcon, TriangleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import { moment } from '../../languages/format.ts'
import { describeEntry } from '../../languages/log.ts'
import { type LogEntry, LogLevel, LogSubject } from '../../protocol/model/log.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { Select } from '../ui/select.tsx'

const ICONS: Readonly<Record<LogLevel, LucideIcon>> = { info: Info, warning: TriangleAlert, error: CircleAlert }
const PAGE = 50

/** What the engine says of itself, for who wants to know. */
export function Log() {
  const { heading } = useWords().dashboard.log
  return (
    <section className="card">
      <Disclosure title={heading}>
        <Entries />
      </Disclosure>
    </section>
  )
}

function Entries() {
  const words = useWords()
  const { log } = words
  const told = words.dashboard.log
  const { calls } = useEngine()
  const [level, setLevel] = useState<LogLevel>('info')
  const [subject, setSubject] = useState<LogSubject | 'all'>('all')
  const [entries, setEntries] = useState<readonly LogEntry[] | 'failed'>([])
  const [isMore, setMore] = useState(false)
  const filter = { level, ...(subject !== 'all' && { subject }) }
  const read = async (before: readonly LogEntry[]): Promise<void> => {
    const oldest = before.at(-1)
    const page = await calls.log({ filter, limit: PAGE, ...(oldest && { beforeId: oldest.id }) })
    setMore(page.entries.length === PAGE)
    setEntries([...before, ...page.entries])
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new filter begins anew; nothing else does.
  useEffect(() => {
    read([]).catch(() => setEntries('failed'))
  }, [level, subject])
  return (
    <div className="form">
      <div className="filters">
        <Select
          label={told.level}
          value={level}
          onChange={setLevel}
          options={LogLevel.options.map((id) => ({ id, text: log.levels[id] }))}
        />
        <Select
          label={told.subject}
          value={subject}
          onChange={setSubject}
          options={[{ id: 'all', text: told.all } as const, ...LogSubject.options.map((id) => ({ id, text: log.subjects[id] }))]}
        />
      </div>
      {entries === 'failed' && <p role="alert">{told.failed}</p>}
      {entries !== 'failed' && entries.length === 0 && <p className="muted">{log.none}</p>}
      {entries !== 'failed' && (
        <ul className="log">
          {entries.map((entry) => {
            const Icon = ICONS[entry.level]
            return (
              <li key={entry.id} className={entry.level}>
                <Icon size={ICON_PX} role="img" aria-label={log.levels[entry.level]} />
                <span>{describeEntry(entry, words)}</span>
                <time className="muted small" dateTime={new Date(entry.atMs).toISOString()}>
                  {moment(entry.atMs, words)}
                </time>
              </li>
            )
          })}
        </ul>
      )}
      {entries !== 'failed' && isMore && (
        <Button onPress={() => void read(entries).catch(() => setMore(false))}>{words.dashboard.history.older}</Button>
      )}
    </div>
  )
}
