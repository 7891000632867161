import { Check, Copy } from 'lucide-react'
import { useFirstWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { copyText, useCopied } from '../ui/clipboard.ts'
import { useReadFirst } from './safety.tsx'

interface CopyButtonProps {
  name: string
  what: 'link' | 'address'
  text: string
  /** The browser did not allow it. */
  onRefused: () => void
}

/** Copies, and says so: in the button for a moment, and aloud. */
export function CopyButton({ name, what, text, onRefused }: CopyButtonProps) {
  const { services } = useFirstWords().page
  const announce = useAnnounce()
  const reading = useReadFirst()
  const [isCopied, showCopied] = useCopied()
  const copy = () =>
    copyText(text).then(() => {
      showCopied()
      announce(what === 'link' ? services.linkCopied(name) : services.addressCopied(name))
    }, onRefused)
  return (
    <Button look="primary" icon={isCopied ? Check : Copy} onPress={() => reading.before(copy)}>
      {isCopied ? services.copied : what === 'link' ? services.copyLink : services.copyAddress}
      <span className="hidden"> {services.of(name)}</span>
    </Button>
  )
}
