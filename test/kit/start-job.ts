import type { JobSpec } from '../../src/engine/engine.ts'
import { openTestEngine } from './engine.ts'

// A platform that starts a job, says how it is found again, and waits to be killed.
const { home, spec } = JSON.parse(process.argv[2] ?? '') as { home: string; spec: JobSpec }
const { engine } = await openTestEngine({ home })
const handle = await engine.start(spec)
console.log(JSON.stringify(handle))
await engine.wait(handle, new AbortController().signal)
