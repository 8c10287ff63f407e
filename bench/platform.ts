/**
 * Start and memory of the platform: `node bench/platform.ts [runs]`. Starts `slipway up` on an empty home and again on the same
 * one, and measures the time to "ready" and the memory of all its processes when idle (PSS: shared pages count once).
 */
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { startProgram } from '../test/kit/program.ts'

const runs = Number(process.argv[2] ?? 5)
const idleMs = 15_000

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** PSS in MiB of every process whose environment names the home, or whose data directory lies in it. */
function memoryOf(home: string): { total: number; parts: Record<string, number> } {
  const parts: Record<string, number> = {}
  for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
      const ours =
        environment.includes(`SLIPWAY_HOME=${home}`) ||
        command.startsWith('postgres:') ||
        command.includes(home)
      if (!ours || Number(pid) === process.pid) continue
      const pss =
        Number(/^Pss:\s+([0-9]+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024
      const name = /postgres/.test(command)
        ? 'postgres'
        : (/slipway\.js (\S+)/.exec(command)?.[1] ?? command.slice(0, 30))
      parts[name] = (parts[name] ?? 0) + pss
    } catch {
      // it has ended meanwhile
    }
  }
  return { total: Object.values(parts).reduce((sum, value) => sum + value, 0), parts }
}

const first: number[] = []
const later: number[] = []
let memory: ReturnType<typeof memoryOf> | undefined
for (let run = 0; run < runs; run += 1) {
  const begun = performance.now()
  await using program = await startProgram()
  first.push(performance.now() - begun)
  await program.stop()
  const again = performance.now()
  await program.start()
  later.push(performance.now() - again)
  if (run === runs - 1) {
    await delay(idleMs)
    memory = memoryOf(program.home)
  }
}
const seconds = (values: readonly number[]) =>
  `${(median(values) / 1000).toFixed(2)} s (${values.map((value) => (value / 1000).toFixed(2)).join(', ')})`
console.log(`ready on an empty home   ${seconds(first)}`)
console.log(`ready on a later start   ${seconds(later)}`)
console.log(`idle memory, PSS         ${memory?.total.toFixed(0)} MiB`)
for (const [part, pss] of Object.entries(memory?.parts ?? {}))
  console.log(`  ${part.padEnd(22)} ${pss.toFixed(0)} MiB`)
