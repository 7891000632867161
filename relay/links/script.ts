/** What runs on a link's page where scripts run at all; the page says everything without them too. */

/** Sent as its own text: it sees nothing of this file. */
function onPage(): void {
  const LOOK_EVERY_MS = 5000
  /** Half an hour: who still waits then can press the button. */
  const MAX_LOOKS = 360
  const language = document.documentElement.lang
  const locale = navigator.language.startsWith(language) ? navigator.language : language
  for (const time of document.querySelectorAll('time')) {
    const at = new Date(time.dateTime)
    const isToday = at.toDateString() === new Date().toDateString()
    const day = isToday ? {} : ({ dateStyle: 'long' } as const)
    const text = new Intl.DateTimeFormat(locale, { ...day, timeStyle: 'short' }).format(at)
    time.textContent = isToday ? text : (time.dataset.before ?? '') + text
  }

  const copy = document.querySelector<HTMLButtonElement>('#copy')
  const address = document.querySelector('#address')
  const said = document.querySelector('#said')
  if (copy && address && said) {
    copy.hidden = false
    copy.onclick = () =>
      navigator.clipboard.writeText(address.textContent).then(
        () => {
          said.textContent = copy.dataset.done ?? ''
        },
        () => {
          said.textContent = copy.dataset.failed ?? ''
          getSelection()?.selectAllChildren(address)
        },
      )
  }

  // Not by the link itself: its address would lose what stands behind the `#`.
  const again = document.querySelector<HTMLAnchorElement>('#again')
  const waiting = document.querySelector<HTMLElement>('#waiting')
  if (!again || !waiting) return
  again.onclick = (event) => {
    event.preventDefault()
    location.reload()
  }
  waiting.hidden = false
  let looks = 0
  const look = async (): Promise<void> => {
    looks += 1
    // Nobody waits in a window that nobody sees.
    if (!document.hidden) {
      const answer = await fetch(location.pathname, { method: 'HEAD', redirect: 'manual', cache: 'no-store' }).catch(() => null)
      if (answer && answer.status !== 503 && answer.status !== 429) return location.reload()
    }
    if (looks < MAX_LOOKS) setTimeout(look, LOOK_EVERY_MS)
    else waiting.hidden = true
  }
  setTimeout(look, LOOK_EVERY_MS)
}

export const PAGE_SCRIPT = `(${onPage})()`
