// `npm run proof`. This file must be readable by any Node, however old, to be able to say that it is too old.
// What it does stands in tools/proof-run.mjs, which runs on the pinned Node once everything is set up.
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`error node-too-old: Porchlight needs Node 20 or newer to set itself up (this is ${process.versions.node})`)
  process.exitCode = 1
} else {
  Promise.all([import('./setup/say.mjs'), import('./setup/setup.mjs')]).then(([{ runMain }, { setUp, runOn }]) =>
    runMain(async () => runOn(await setUp(), ['tools/proof-run.mjs', ...process.argv.slice(2)])),
  )
}
