import { Check, Copy, type LucideIcon } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { copyText, useCopied } from '../ui/clipboard.ts'

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
  const [isCopied, showCopied] = useCopied()
  const [isRefused, setRefused] = useState(false)
  const isShown = isCopied && !isRefused
  const copy = () =>
    void copyText(text).then(
      () => {
        setRefused(false)
        showCopied()
        announce(copied)
      },
      () => setRefused(true),
    )
  return (
    <>
      <Button look={look} icon={isShown ? Check : icon} onPress={copy}>
        {isShown ? page.services.copied : label}
        {of && <span className="hidden"> {page.services.of(of)}</span>}
      </Button>
      {isRefused && (
        <p role="alert" className="by-hand small">
          {page.services.copyFailed} <span className="mono">{text}</span>
        </p>
      )}
    </>
  )
}
