/** What no page of this app may do, whatever it loads. */
import { app, type IpcMainEvent, type IpcMainInvokeEvent, type Session, session, type WebContents } from 'electron'
import { ORIGIN } from './app-address.ts'

/** Before the app is ready. */
export function confinePages(): void {
  app.enableSandbox()
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    // A page that does not want to close would hold up the end of the app (prevented is here: closed all the same).
    contents.on('will-prevent-unload', (event) => event.preventDefault())
  })
}

/** Camera, location, notifications and all the rest: the page needs none. */
export function denyPermissions(of: Session = session.defaultSession): void {
  of.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  of.setPermissionCheckHandler(() => false)
  of.setDevicePermissionHandler(() => false)
}

/** Only the top document of our own origin is listened to: neither a frame within it nor a page that got loaded in its place. */
export function isOurPage({ senderFrame }: Pick<IpcMainEvent | IpcMainInvokeEvent, 'senderFrame'>): boolean {
  return senderFrame !== null && senderFrame.parent === null && senderFrame.url.startsWith(`${ORIGIN}/`)
}
