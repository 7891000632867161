import { useEffect, useState } from 'react'

/** Rejects when the browser does not allow it; then the text has to be shown for copying by hand. */
export async function copyText(text: string): Promise<void> {
  if (window.porchlight) await window.porchlight.copyText(text)
  else await navigator.clipboard.writeText(text)
}

const SHOWN_MS = 2_500

/** Whether something was put on the clipboard a moment ago, and how to say that it was: a button shows it, again for each time. */
export function useCopied(): readonly [isShown: boolean, show: () => void] {
  const [times, setTimes] = useState(0)
  useEffect(() => {
    if (times === 0) return
    const timer = setTimeout(() => setTimes(0), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [times])
  return [times > 0, () => setTimes((before) => before + 1)]
}
