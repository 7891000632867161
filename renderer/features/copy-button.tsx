import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { copyText } from '../ui/clipboard.ts'
import { useReadFirst } from './safety.tsx'

const CONFIRMED_MS = 2_500

interface CopyButtonProps {
  name: string
  what: 'link' | 'address'
  text: string
  /** The browser did not allow it. */
  onRefused: () => void
}

/** Copies, and says so: in the button for a moment, and aloud. */
export function CopyButton({ name, what, text, onRefused }: CopyButtonProps) {
  const { services } = useWords().page
  const announce = useAnnounce()
  const reading = useReadFirst()
  const [copied, setCopied] = useState(0)
  useEffect(() => {
    if (copied === 0) return
    const timer = setTimeout(() => setCopied(0), CONFIRMED_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () =>
    copyText(text).then(() => {
      setCopied((times) => times + 1)
      announce(what === 'link' ? services.linkCopied(name) : services.addressCopied(name))
    }, onRefused)
  return (
    <Button look="primary" icon={copied > 0 ? Check : Copy} onPress={() => reading.before(copy)}>
      {copied > 0 ? services.copied : what === 'link' ? services.copyLink : services.copyAddress}
      <span className="hidden"> {services.of(name)}</span>
    </Button>
  )
}
