// Loaded with -r into a real Electron: shows a test the notification area as the double does (test/double/tray.ts, TrayPicture).
const { nativeImage, Tray } = require('electron')

const trays = []
const pathOf = new WeakMap()
const pictureOf = new WeakMap()

const createFromPath = nativeImage.createFromPath
nativeImage.createFromPath = (path) => {
  const image = createFromPath(path)
  pathOf.set(image, path)
  return image
}

const picture = (menu) =>
  menu.items
    .filter(({ visible }) => visible)
    .map((item) => {
      const { id, label, type, enabled, checked, submenu } = item
      const click = () => enabled && item.click(undefined, undefined, undefined)
      return { id, label, type, enabled, checked, submenu: submenu ? picture(submenu) : [], click }
    })

/** Lets `record` see each call of a method before it happens. */
const watch = (method, record) => {
  const original = Tray.prototype[method]
  Tray.prototype[method] = function (given) {
    if (!pictureOf.has(this)) {
      pictureOf.set(this, { imagePath: '', toolTip: '', menu: [], click: () => this.emit('click', {}) })
      trays.push(pictureOf.get(this))
    }
    record(pictureOf.get(this), given)
    return original.call(this, given)
  }
}
watch('setImage', (tray, image) => {
  tray.imagePath = pathOf.get(image) ?? ''
})
watch('setToolTip', (tray, toolTip) => {
  tray.toolTip = toolTip
})
watch('setContextMenu', (tray, menu) => {
  tray.menu = menu ? picture(menu) : []
})

globalThis.__desktop = { trays }
