import { eventually } from '../../../lab/eventually.ts'
import type { Stage } from '../stage.ts'

/** Wait until somebody listens there, on the relay's side. Asked of the kernel: a connection would be a visitor. */
export async function doorOpens(stage: Stage, address: string, port: number): Promise<void> {
  await eventually(async () => (await stage.exec('relay', ['ss', '-Hltn', `src ${address}:${port}`])).stdout !== '', {
    timeoutMs: 15_000,
    everyMs: 100,
  })
}
