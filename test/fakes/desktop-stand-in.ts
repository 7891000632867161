import type { Desktop, DesktopView } from '../../protocol/desktop.ts'

/** Runs in the page before it: the desktop app around it, which does what it is asked. */
export function desktopStandIn(): void {
  let view: DesktopView = {
    version: '0.1.0',
    wishes: { startAtLogin: false, notifications: true, keepAwake: false, updates: false, lockKeys: false, atQuit: 'ask' },
    hasTray: true,
    update: { phase: 'off', version: null, reason: null },
    visit: null,
  }
  let tell: (view: DesktopView) => void = () => {}
  let socket: Promise<WebSocket>
  const desktop: Desktop = {
    open: (onMessage, onClose) => {
      const ws = new WebSocket(`ws://${location.host}/rpc`)
      ws.onmessage = ({ data }) => onMessage(JSON.parse(data))
      ws.onclose = onClose
      socket = new Promise((resolve) => {
        ws.onopen = () => resolve(ws)
      })
    },
    send: (message) => void socket.then((ws) => ws.send(JSON.stringify(message))),
    copyText: (text) => navigator.clipboard.writeText(text),
    openExternal: async () => {},
    watch: (onView) => {
      tell = onView
      onView(view)
    },
    ask: async (action) => {
      if (action.do !== 'wish') return
      view = { ...view, wishes: { ...view.wishes, ...(action.wishes as Partial<DesktopView['wishes']>) } }
      tell(view)
    },
  }
  Object.assign(globalThis, { porchlight: desktop })
}
