import { Check, Copy, type LucideIcon } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { copyText } from '../ui/clipboard.ts'

const SHOWN_MS = 2_500

interface CopyTextProps {
  readonly text: string
  readonly label: string
  /** What it belongs to, for those who hear the page. */
  readonly of?: string
  readonly look?: 'primary' | 'plain' | 'quiet'
  readonly icon?: LucideIcon
  /** Said when it is on the clipboard. */
  readonly copied: string
}

/** Copies, and says so; where the browser does not allow it, shows the text to be copied by hand. */
export function CopyText({ text, label, of, look = 'plain', icon = Copy, copied }: CopyTextProps) {
  const { page } = useWords()
  const announce = useAnnounce()
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  useEffect(() => {
    if (state !== 'copied') return
    const timer = setTimeout(() => setState('idle'), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [state])
  const copy = () =>
    void copyText(text).then(
      () => {
        setState('copied')
        announce(copied)
      },
      () => setState('refused'),
    )
  return (
    <>
      <Button look={look} icon={state === 'copied' ? Check : icon} onPress={copy}>
        {state === 'copied' ? page.services.copied : label}
        {of && <span className="hidden"> {page.services.of(of)}</span>}
      </Button>
      {state === 'refused' && (
        <p role="alert" className="by-hand small">
          {page.services.copyFailed} <span className="mono">{text}</span>
        </p>
      )}
    </>
  )
}
