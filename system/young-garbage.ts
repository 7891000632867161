/** Garbage of a process that serves many at a time. */
import { setFlagsFromString } from 'node:v8'

/** From now on, the thread that makes short-lived garbage collects it alone. What is left of a thousand requests is so little that helpers cost more
 *  than they do, and where they have to wait for a core, everybody waits for them. Of the front door's collections nine in ten took at most 0.3 and
 *  0.4 ms alone (two runs), 1.8 and 2.8 with helpers, on one core that others used too; free to use both cores, 0.4 and 0.7 against 0.6 and 0.9.
 *  The longest one in a hundred is no shorter. Old garbage is still marked beside the work. */
export function collectYoungAlone(): void {
  setFlagsFromString('--no-parallel-scavenge')
}
