/** Imported before everything else: zod tries `new Function` while a schema is built, to find out whether it may compile it, and our
 *  Content-Security-Policy reports every try (colinhacks/zod#4461). */
import { config } from 'zod'

config({ jitless: true })
