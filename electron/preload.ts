/** Runs in the window's isolated world, before its page, and hands it `window.porchlight` and nothing else. */
import { contextBridge, ipcRenderer } from 'electron'
import type { Desktop, DesktopView } from '../protocol/desktop.ts'
import { CHANNELS } from './desktop-contract.ts'

let channelNumber = 0
let current: { onMessage: (message: unknown) => void; onClose: () => void } | undefined

ipcRenderer.on(CHANNELS.engineMessage, (_event, channel: number, message: unknown) => {
  if (channel === channelNumber) current?.onMessage(message)
})
ipcRenderer.on(CHANNELS.engineClosed, (_event, channel: number) => {
  if (channel !== channelNumber) return
  const closed = current
  current = undefined
  closed?.onClose()
})

let watcher: ((view: DesktopView) => void) | undefined
ipcRenderer.on(CHANNELS.view, (_event, view: DesktopView) => watcher?.(view))

const desktop: Desktop = {
  open(onMessage, onClose) {
    current = { onMessage, onClose }
    ipcRenderer.send(CHANNELS.engineOpen, ++channelNumber)
  },
  send: (message) => ipcRenderer.send(CHANNELS.engineSend, channelNumber, message),
  copyText: (text) => ipcRenderer.invoke(CHANNELS.copyText, text),
  openExternal: (url) => ipcRenderer.invoke(CHANNELS.openExternal, url),
  watch(onChange) {
    watcher = onChange
    ipcRenderer.send(CHANNELS.watch)
  },
  ask: (action) => ipcRenderer.invoke(CHANNELS.ask, action),
}

contextBridge.exposeInMainWorld('porchlight', desktop)
