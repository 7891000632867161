// `npm run lab`. This file must be readable by any Node, however old, to be able to say that it is too old.
// What it does stands in lab/by-hand.ts, which runs on the pinned Node once everything is set up.
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`error node-too-old: Porchlight needs Node 20 or newer to set itself up (this is ${process.versions.node})`)
  process.exitCode = 1
} else {
  Promise.all([import('./setup/say.mjs'), import('./setup/setup.mjs')]).then(([{ runMain }, { setUp, runOn }]) =>
    runMain(async () => runOn(await setUp(), ['lab/by-hand.ts', ...process.argv.slice(2)])),
  )
}
