/**
 * The quickstart as a stranger runs it: `node bench/quickstart.ts [runs]`. Each run has an empty home; `cold` also has an empty
 * cache of Python packages, `warm` keeps nothing but the Python environment of the run before.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, runSlipway } from '../test/kit/program.ts'

const runs = Number(process.argv[2] ?? 3)

async function once(home: string): Promise<{ stdout: string; seconds: number }> {
  const [port, inferencePort] = await freePorts(2)
  const begun = performance.now()
  const { code, stdout, stderr } = await runSlipway(['quickstart', '--exit'], {
    ...process.env,
    SLIPWAY_HOME: home,
    SLIPWAY_PORT: String(port),
    SLIPWAY_INFERENCE_PORT: String(inferencePort),
  })
  const seconds = (performance.now() - begun) / 1000
  if (code !== 0) throw new Error(`the quickstart failed:\n${stdout}\n${stderr}`)
  return { stdout, seconds }
}

const results: { kind: string; seconds: number; firstAnswer: string; requests: string }[] = []
for (let run = 0; run < runs; run += 1) {
  const home = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
  const cold = await once(home)
  for (const name of await readdir(home)) {
    if (name !== 'python') await rm(join(home, name), { recursive: true, force: true, maxRetries: 5 })
  }
  const warm = await once(home)
  for (const [kind, { stdout, seconds }] of Object.entries({ cold, warm })) {
    const told = (name: string) => new RegExp(`${name}\\s+(.*)`).exec(stdout)?.[1] ?? '?'
    results.push({
      kind,
      seconds,
      firstAnswer: told('data → first answer'),
      requests: told('requests sent / failed'),
    })
    console.log(kind, seconds.toFixed(1), told('data → first answer'), told('requests sent / failed'))
  }
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
}
for (const kind of ['cold', 'warm']) {
  const sorted = results
    .filter((result) => result.kind === kind)
    .map((result) => result.seconds)
    .sort((a, b) => a - b)
  console.log(
    `${kind}: median ${sorted[Math.floor(sorted.length / 2)]?.toFixed(1)} s of ${sorted.map((s) => s.toFixed(1)).join(', ')}`,
  )
}
