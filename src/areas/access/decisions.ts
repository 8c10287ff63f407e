import { execFile } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { keyOf, type Question } from './policy.ts'

const run = promisify(execFile)

/** Answers whether a role may do an action, by Cedar. */
export interface Decisions {
  allows(question: Question): Promise<boolean>
  /** Makes them ahead of the first question. */
  prepare(): Promise<void>
}

/** Decisions are made when first asked for, all at once, and kept: they depend on nothing that changes. */
export function createDecisions(): Decisions {
  let made: Promise<ReadonlySet<string>> | undefined
  const decisions = () => {
    made ??= decideAll().catch((thrown: unknown) => {
      made = undefined
      throw thrown
    })
    return made
  }
  return {
    allows: async (question) => (await decisions()).has(keyOf(question)),
    async prepare() {
      await decisions()
    },
  }
}

async function decideAll(): Promise<ReadonlySet<string>> {
  const program = new URL(`./policy-program${extname(import.meta.url)}`, import.meta.url)
  const { stdout } = await run(process.execPath, [fileURLToPath(program)], { timeout: 60_000, env: {} })
  return new Set(JSON.parse(stdout) as string[])
}
