/** `Tray` and `nativeImage`: recorded, not drawn. */
import { EventEmitter } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { app } from './app.ts'
import { type Entry, type Menu, picture } from './menu.ts'

const NO_BYTES = Buffer.alloc(0)
const PNG_SIGNATURE = 0x89504e47

export const PATH = Symbol('the file an image came from')

export class NativeImage {
  readonly [PATH]: string
  readonly #bytes: Buffer
  #isTemplate = false

  constructor(bytes: Buffer, path = '') {
    this.#bytes = bytes
    this[PATH] = path
    this.#isTemplate = /Template(@[\d.]+x)?\.\w+$/.test(path) // as macOS reads file names
  }

  isEmpty = (): boolean => this.#bytes.length === 0
  isTemplateImage = (): boolean => this.#isTemplate
  toPNG = (): Buffer => this.#bytes

  setTemplateImage(option: boolean): void {
    this.#isTemplate = option
  }

  getSize(): { width: number; height: number } {
    const isPng = this.#bytes.length > 24 && this.#bytes.readUInt32BE(0) === PNG_SIGNATURE
    return isPng ? { width: this.#bytes.readUInt32BE(16), height: this.#bytes.readUInt32BE(20) } : { width: 0, height: 0 }
  }

  static createEmpty = (): NativeImage => new NativeImage(NO_BYTES)
  static createFromPath = (path: string): NativeImage => new NativeImage(existsSync(path) ? readFileSync(path) : NO_BYTES, path)
  static createFromBuffer = (bytes: Buffer): NativeImage => new NativeImage(bytes)
}

/** What stands in the notification area, as a user sees it. */
export interface TrayPicture {
  imagePath: string
  toolTip: string
  menu: readonly Entry[]
  /** The user's click on the icon itself. */
  click(): void
}

export const trays: TrayPicture[] = []

export class Tray extends EventEmitter {
  readonly #picture: TrayPicture = { imagePath: '', toolTip: '', menu: [], click: () => void this.emit('click', {}) }
  #destroyed = false

  constructor(image: NativeImage | string) {
    super()
    if (!app.isReady()) throw new Error('Cannot create Tray before app is ready')
    this.setImage(image)
    trays.push(this.#picture)
  }

  setImage(given: NativeImage | string): void {
    const image = typeof given === 'string' ? NativeImage.createFromPath(given) : given
    if (typeof given === 'string' && image.isEmpty()) throw new Error(`Failed to load image from path '${given}'`)
    this.#picture.imagePath = image.isEmpty() ? '' : image[PATH]
  }

  setToolTip(toolTip: string): void {
    this.#picture.toolTip = toolTip
  }

  setContextMenu(menu: Menu | null): void {
    this.#picture.menu = menu ? picture(menu) : []
  }

  destroy(): void {
    this.#destroyed = true
    trays.splice(trays.indexOf(this.#picture), 1)
  }

  isDestroyed = (): boolean => this.#destroyed
}
