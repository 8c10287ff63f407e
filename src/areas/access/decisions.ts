import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { keyOf, type Question } from './policy.ts'

/** Answers whether a role may do an action, by Cedar. */
export interface Decisions {
  allows(question: Question): Promise<boolean>
}

/** Decisions are made when first asked for, all at once, and kept: they depend on nothing that changes. */
export function createDecisions(): Decisions {
  let made: Promise<ReadonlySet<string>> | undefined
  return {
    async allows(question) {
      made ??= decideAll().catch((thrown: unknown) => {
        made = undefined
        throw thrown
      })
      return (await made).has(keyOf(question))
    },
  }
}

function decideAll(): Promise<ReadonlySet<string>> {
  const program = new URL(`./policy-thread${extname(import.meta.url)}`, import.meta.url)
  return new Promise((resolve, reject) => {
    const thread = new Worker(program, { name: 'policy' })
    thread.once('message', (allowed: string[]) => resolve(new Set(allowed)))
    thread.once('error', reject)
    thread.once('exit', () => reject(new Error('The policy thread ended without an answer.')))
  })
}
