/** Loaded into a process with `--import`, whose Node runs with `--expose-gc`: SIGUSR2 collects its garbage. */
process.on('SIGUSR2', () => globalThis.gc?.())
