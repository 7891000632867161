// `npm run fuzz`. This file must be readable by any Node, however old, to be able to say that it is too old.
// What it does stands in test/fuzz/main.ts, which runs on the pinned Node.
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`error node-too-old: Porchlight needs Node 20 or newer to set itself up (this is ${process.versions.node})`)
  process.exitCode = 1
} else {
  Promise.all(['./setup/say.mjs', './setup/setup.mjs', './setup/install.mjs', './setup/machine.mjs'].map((file) => import(file))).then(
    ([{ runMain }, { runOn }, { install }, { checkNode, findNode }]) =>
      runMain(async () => {
        checkNode(process.versions.node, process.platform, process.arch)
        await install()
        return runOn(findNode(), ['test/fuzz/main.ts', ...process.argv.slice(2)])
      }),
  )
}
