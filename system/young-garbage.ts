/** Garbage of a process that serves many at a time. */
import { setFlagsFromString } from 'node:v8'

/** From now on, the thread that makes short-lived garbage collects it alone. What is left of a thousand requests is so little that helpers cost more
 *  than they do, and where they have to wait for a core, everybody waits for them: nine of ten collections of the front door's took at most
 *  0.3 ms alone and 2.8 with helpers on a core that others used too, 0.5 and 0.8 where cores were free. Old garbage is still marked beside the
 *  work. */
export function collectYoungAlone(): void {
  setFlagsFromString('--no-parallel-scavenge')
}
