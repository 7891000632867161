/** Somebody who sends questions under somebody else's address, as seen by whom the answers hit: `dns-flood.ts SERVER NAME TYPE COUNT PER_S`.
 *  Prints what was sent and what came back, in bytes of DNS. */
import { createSocket } from 'node:dgram'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeQuestion } from '../../dns/message.ts'
import { nameOf } from '../../dns/names.ts'

const [server = '', name = '', type = '', count = '', perS = ''] = process.argv.slice(2)
const STEP_MS = 10
const socket = createSocket('udp4')
let [sentBytes, gotBytes, answers, truncated, largest] = [0, 0, 0, 0, 0]
socket.on('message', (answer) => {
  gotBytes += answer.length
  answers += 1
  largest = Math.max(largest, answer.length)
  if ((answer[2] ?? 0) & 2) truncated += 1
})
let left = Math.min(Number(count), 20_000)
const each = Math.ceil((Number(perS) * STEP_MS) / 1000)
while (left > 0) {
  for (let now = Math.min(each, left); now > 0; now--, left--) {
    const question = writeQuestion(left & 0xffff, nameOf(name), Number(type))
    sentBytes += question.length
    socket.send(question, 53, server)
  }
  await sleep(STEP_MS)
}
await sleep(300)
socket.close()
console.log(JSON.stringify({ sentBytes, gotBytes, answers, truncated, largest }))
