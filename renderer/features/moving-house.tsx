import { Check, Copy, Download, FileKey, FolderOpen, House } from 'lucide-react'
import { useId, useState } from 'react'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { MAX_SEALED_LETTERS } from '../../protocol/contract.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { AskFirst } from '../ui/ask-first.tsx'
import { Button } from '../ui/button.tsx'
import { copyText } from '../ui/clipboard.ts'
import { Disclosure } from '../ui/disclosure.tsx'
import { Field } from '../ui/field.tsx'
import { saveFile } from '../ui/save-file.ts'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** Sealing is slow on purpose (engine/moving/sealed.ts). */
const MOVE_TIMEOUT_MS = 30_000
const MAX_FILE_BYTES = Math.floor((MAX_SEALED_LETTERS / 4) * 3)
/** `7KQ2-M4XW-…`, with room for how people write it. */
const MAX_CODE_LETTERS = 60

const textOf = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

/** This home for a new computer, and the other way round. */
export function MovingHouse() {
  const { page } = useWords().moving
  const id = useId()
  return (
    <section className="card form" aria-labelledby={id}>
      <h2 id={id}>{page.heading}</h2>
      <p>{page.lead}</p>
      <MoveOut />
      <Disclosure title={page.fetch}>
        <MoveIn />
      </Disclosure>
    </section>
  )
}

function MoveOut() {
  const { moving } = useWords()
  const { page } = moving
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [made, setMade] = useState<{ fileName: string; sealed: string; code: string; leftOut: string[] } | null>(null)
  const [isCopied, setCopied] = useState(false)
  const making = useAction(async () => {
    setMade(await calls.exportHome({}, MOVE_TIMEOUT_MS))
    announce(page.made)
  })
  const copying = useAction(async () => {
    await copyText(made?.code ?? '')
    setCopied(true)
    announce(page.codeCopied)
  })
  if (made === null)
    return (
      <>
        <Button icon={FileKey} busy={making.busy} onPress={() => void making.run()}>
          {making.busy ? page.making : page.make}
        </Button>
        <FailureNote failure={making.failure} />
      </>
    )
  return (
    <>
      <Field
        label={page.code}
        help={page.codeHelp}
        error={null}
        value={made.code}
        onChange={() => {}}
        maxLength={MAX_CODE_LETTERS}
        isReadOnly
      />
      {made.leftOut.map((name) => (
        <p key={name}>{moving.leftOut(name)}</p>
      ))}
      <div className="actions">
        <Button icon={Download} onPress={() => saveFile(made.fileName, bytesOf(made.sealed), 'application/octet-stream')}>
          {page.save}
        </Button>
        <Button icon={isCopied ? Check : Copy} look="quiet" onPress={() => void copying.run()}>
          {page.copyCode}
        </Button>
      </div>
      <FailureNote failure={copying.failure} />
    </>
  )
}

function MoveIn() {
  const words = useWords()
  const { page } = words.moving
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [file, setFile] = useState<{ fileName: string; sealed: string | null } | null>(null)
  const { fileName = '', sealed = null } = file ?? {}
  const [code, setCode] = useState('')
  const choosing = useAction(async (chosen: File) => {
    const fits = chosen.size <= MAX_FILE_BYTES
    setFile({ fileName: chosen.name, sealed: fits ? textOf(new Uint8Array(await chosen.arrayBuffer())) : null })
  })
  const becoming = useAction(async () => {
    await calls.importHome({ fileName, sealed: sealed ?? '', code }, MOVE_TIMEOUT_MS)
    announce(page.becoming)
  })
  return (
    <div className="form">
      <p>{page.fetchLead}</p>
      <FileTrigger onSelect={(chosen) => chosen?.[0] && void choosing.run(chosen[0])}>
        <Button icon={FolderOpen}>{page.choose}</Button>
      </FileTrigger>
      {file && <p>{sealed === null ? page.tooLarge : page.chosen(fileName)}</p>}
      {sealed !== null && (
        <>
          <Field label={page.code} error={null} value={code} onChange={setCode} maxLength={MAX_CODE_LETTERS} />
          <AskFirst
            icon={House}
            action={page.become}
            of={words.page.services.of(fileName)}
            question={page.question}
            detail={page.detail}
            keep={page.keep}
            busy={becoming.busy}
            onSure={() => void becoming.run()}
          />
        </>
      )}
      <FailureNote failure={choosing.failure ?? becoming.failure} />
    </div>
  )
}
