/** Rejects when the browser does not allow it; then the text has to be shown for copying by hand. */
export async function copyText(text: string): Promise<void> {
  if (window.porchlight) await window.porchlight.copyText(text)
  else await navigator.clipboard.writeText(text)
}
