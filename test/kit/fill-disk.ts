import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { SlipwayError } from '../../src/base/error.ts'
import { openBlobs } from '../../src/blobs/open.ts'
import { job, openTestEngine } from './engine.ts'

// Run on a disk of a few megabytes, given as its directory: what fills it must fail cleanly, and what fits must go on.

const [what, home = ''] = process.argv.slice(2)
const code = (error: unknown) => (error instanceof SlipwayError ? error.code : String(error))

async function byBlob() {
  const blobs = await openBlobs({ kind: 'local', home })
  const stored = await blobs.put(randomBytes(8 << 20)).then(() => 'stored', code)
  const left = await readdir(join(home, 'blobs', 'tmp'))
  const after = await blobs.put(randomBytes(100_000)).then(() => 'stored', code)
  return { stored, left, after }
}

async function byJob() {
  const { engine, blobs, run } = await openTestEngine({ home })
  const fill = job('echo begin; head -c 100000000 /dev/zero > $SLIPWAY_OUTPUTS/o/x; echo after; exit 1', {
    outputs: ['o'],
  })
  const { outcome, message, log } = await run(fill)
  const seen = await text(await blobs.get(log?.digest ?? ''))
  await engine.remove({ engine: 'local', name: fill.name, data: {} })
  const after = (await run(job('true'))).outcome
  return { outcome, saysWhy: message.includes('No space left'), logBegins: seen.startsWith('begin\n'), after }
}

console.log(JSON.stringify(await (what === 'blob' ? byBlob() : byJob())))
