export const moving = {
  leftOut: (name: string) => `Left out, because it is too large to be a part of your home: ${name}`,
  exported: (file: string) =>
    `Your home is in ${file}. This recovery code opens it. Write it down: it is shown this once, and whoever has both is you.`,
  ask: 'Recovery code:',
  putAside: (folder: string) => `What stood here before is now in ${folder}.`,
  imported:
    'This computer is now that home. Stop Porchlight on the old one for good before you start it here: only one of them can answer.',
}
